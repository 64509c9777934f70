#include "tools/debug/source_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::source_lines_test {

using ::testing::HasSubstr;

class SourceLinesTest : public CompiledTest {
 protected:
  // The fault by which a program ends.
  ProgramFault fault_of(const std::string& image) {
    std::vector<ProgramFault> faults;
    ProgramHooks hooks;
    hooks.faulted = [&](const Thread&, ProgramFault&& fault) { faults.push_back(std::move(fault)); };
    MachineConfig config;
    config.memory.emplace();
    Simulation simulation(1);
    const SyscallTable calls = all_calls();
    Machine machine(simulation, config, policy_of("round_robin"), calls);
    const Scenario scenario = image_scenario(read_image_file(image), {}, hooks);
    const Launched launched = launch(scenario, machine, {});
    machine.finish(machine.run());
    EXPECT_EQ(faults.size(), 1U);
    return faults.empty() ? ProgramFault() : std::move(faults.front());
  }

  std::string described(std::string_view source, const std::vector<std::string>& flags = {}) {
    const ProgramFault fault = fault_of(compile_c(folder_, "prog", source, flags));
    return describe(lines_.calls(fault.place));
  }
  std::string file() const { return folder_.path("prog.c"); }

  TestFolder folder_;
  SourceLines lines_;
};

constexpr std::string_view null_store = R"(
void store(int *at) {
  *at = 7;
}
void call(int *at) {
  store(at);
}
int main(void) {
  call((int *)8);
  return 0;
})";

TEST_F(SourceLinesTest, CallsOfAFaultAreNamedFromTheInnermostOn) {
  EXPECT_EQ(described(null_store), file() + ":3 in store; from " + file() + ":6 in call, " + file() + ":9 in main");
}

TEST_F(SourceLinesTest, OptimisedCodeHasLinesToo) {
  EXPECT_THAT(described(null_store, {"-O2"}), HasSubstr(file() + ":3 in "));
}

TEST_F(SourceLinesTest, TheHostsPureFunctionsAreNotTheProgramsOwnLines) {
  EXPECT_THAT(described(R"(#include <string.h>
size_t (*volatile length)(const char *) = strlen;
int main(void) {
  return (int)length((const char *)16);
})"),
              HasSubstr(file() + ":4 in main, called "));
}

TEST_F(SourceLinesTest, AnOverflownStackIsToldAsFarAsItIsKept) {
  const std::string text = described(R"(
int down(int n) {
  volatile char room[9000];
  room[n % 9000] = 1;
  return down(n + 1) + room[0];
}
int main(void) { return down(0); })");
  EXPECT_THAT(text, HasSubstr(" in down; from " + file() + ":5 in down, "));
}

TEST_F(SourceLinesTest, WithoutDebugInformationThereIsNothingToSay) {
  EXPECT_EQ(described(null_store, {"-g0"}), "");
  EXPECT_EQ(describe(lines_.calls({.image = "/no/such/file"})), "");
}

TEST(DescribedCalls, FourOwnOnesAreShownAndWhatTheLibraryWasCalledFor) {
  std::vector<SourceCall> calls{{.function = "futex", .file = "sync.c", .line = 5, .is_library = true},
                                {.function = "pthread_mutex_lock", .file = "sync.c", .line = 9, .is_library = true}};
  for (unsigned line = 1; line < 7; ++line) calls.push_back({.function = "f", .file = "a.c", .line = line});
  EXPECT_EQ(describe(calls), "a.c:1 in f, called pthread_mutex_lock; from a.c:2 in f, a.c:3 in f, a.c:4 in f, ...");
}

}  // namespace signalbox::source_lines_test
