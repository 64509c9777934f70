#include "tools/debug/debugger_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::debugger_session_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view counting = R"(#include <pthread.h>
#include <stdio.h>
int counted;
void *count(void *to) {
  int last = *(int *)to;
  for (int i = 0; i < last; ++i)
    counted += i;
  return NULL;
}
int main(void) {
  pthread_t thread;
  int to = 5;
  pthread_create(&thread, NULL, count, &to);
  pthread_join(thread, NULL);
  printf("counted %d\n", counted);
  return 0;
})";

class Gdb : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
    if (run_host_command({"sh", "-c", "command -v gdb"}, CommandOutput::captured).status != 0)
      GTEST_SKIP() << "there is no gdb (tools/setup --tests installs it)";
    program_ = compile_c(folder_, "prog", counting);
  }
  // What a shell's line prints, without a terminal.
  std::string output_of(const std::string& line) const {
    std::string script = "cd '" + folder_.path("") + "'; signalbox='" SIGNALBOX_BINARY "'\n" + line;
    script += "\n";
    return run_host_command({"sh", folder_.write("script", script)}, CommandOutput::captured).output;
  }
  static bool is_refused(const std::string& output) {
    return output.find("ptrace: ") != std::string::npos || output.find("Could not trace") != std::string::npos;
  }

  TestFolder folder_;
  std::string program_;
};

// Breakpoint, source line, variables of the program, its calls, and its own output behind.
const auto shows_the_program = AllOf(HasSubstr("prog.c:7"), HasSubstr("counted += i;"), HasSubstr("\n$1 = 5\n"),
                                     HasSubstr(" in thread_main"), HasSubstr("counted 10"));
constexpr const char* looks =
    "-ex 'break prog.c:7 if i == 4' -ex REACH -ex bt -ex 'print last' -ex delete -ex continue";

std::string looking(const std::string& reach) {
  std::string options = looks;
  return options.replace(options.find("REACH"), 5, reach);
}

TEST_F(Gdb, StartsTheEmulatorAndStopsAtALineOfTheProgram) {
  const std::string output = output_of("exec gdb -nx -batch -ex 'set breakpoint pending on' " + looking("run") +
                                       " --args $signalbox --quiet run --gdb ./prog 2>&1 </dev/null");
  if (is_refused(output)) GTEST_SKIP() << "this host lets nobody trace";
  EXPECT_THAT(output, shows_the_program);
}

TEST_F(Gdb, AttachesByTheCommandThatIsPrinted) {
  const std::string output = output_of(R"(
$signalbox --quiet run --gdb ./prog >said 2>&1 </dev/null &
until grep -q 'gdb -p' said; do sleep 0.05; done
$(grep 'gdb -p' said) -nx -batch )" + looking("continue") +
                                       " 2>&1 </dev/null || true\nkill $! 2>/dev/null\nwait; cat said");
  if (is_refused(output)) GTEST_SKIP() << "this host lets nobody attach";
  EXPECT_THAT(output, shows_the_program);
}

TEST(DebuggerSession, ItsFolderHasTheCommandsAndGoesWithIt) {
  std::string folder;
  {
    const DebuggerSession session;
    folder = session.copies();
    EXPECT_TRUE(std::filesystem::exists(folder + "/commands.gdb"));
    EXPECT_EQ(session.invitation(), "gdb -p " + std::to_string(getpid()) + " -x " + folder + "/commands.gdb");
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(DebuggerSession, WaitsUntilItIsEnough) {
  if (DebuggerSession::is_traced()) GTEST_SKIP() << "somebody traces the test";
  int looks_left = 3;
  DebuggerSession::wait([&] { return --looks_left == 0; });
  EXPECT_EQ(looks_left, 0);
}

}  // namespace signalbox::debugger_session_test
