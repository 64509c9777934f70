// The program as it is installed: what only a process of its own shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "kernel/exec/fiber_annotations.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::main_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

constexpr std::string_view endless =
    R"({"tasks": {"a": {"run": 1000, "sleep": 500}, "b": {"run": 2000}}, "global": {"duration": 1000000000}})";

// A running signalbox, its streams in files.
class Process {
 public:
  Process(const Words& arguments, const std::string& out, const std::string& err) : pid_(fork()) {
    if (pid_ != 0) return;
    std::vector<char*> argv{const_cast<char*>("signalbox")};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    if (std::freopen(out.c_str(), "w", stdout) == nullptr || std::freopen(err.c_str(), "w", stderr) == nullptr) {
      _exit(126);
    }
    execv(SIGNALBOX_BINARY, argv.data());
    _exit(127);
  }

  void interrupt() const { send(SIGINT); }
  void send(int signal) const { kill(pid_, signal); }
  // Its exit status; minus the signal that ended it.
  int wait() const {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

class Main : public testing::Test {
 protected:
  int run(const Words& arguments) { return Process(arguments, folder.path("out"), folder.path("err")).wait(); }
  std::string out() const { return folder.read("out"); }
  std::string err() const { return folder.read("err"); }
  // Until the file has something in it; the test's time limit ends a vain wait.
  void await(const std::string& name) const {
    while (!std::filesystem::exists(folder.path(name)) || std::filesystem::file_size(folder.path(name)) == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  // Of a results file that somebody else may be making.
  std::int64_t rows(const std::string& name) const {
    sqlite3* database = nullptr;
    sqlite3_stmt* select = nullptr;
    std::int64_t count = 0;
    sqlite3_open_v2(folder.path(name).c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    if (sqlite3_prepare_v2(database, "SELECT count(*) FROM runs", -1, &select, nullptr) == SQLITE_OK &&
        sqlite3_step(select) == SQLITE_ROW) {
      count = sqlite3_column_int64(select, 0);
    }
    sqlite3_finalize(select);
    sqlite3_close(database);
    return count;
  }

  TestFolder folder;
};

TEST_F(Main, ProgramsHaveUtcWhereverTheHostIs) {
  if (has_thread_sanitizer) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const std::string source = folder.write("zone.c", R"(#include <stdio.h>
#include <time.h>
int main(void) {
  char text[100];
  time_t noon = 43200;
  struct tm own = {.tm_mday = 2, .tm_year = 70};
  strftime(text, sizeof text, "%s %Z %z", &own);
  printf("%s|", text);
  strftime(text, sizeof text, "%H:%M %s %Z", localtime(&noon));
  printf("%s|%ld\n", text, (long)mktime(&own));
  return 0;
})");
  const std::string program = folder.path("zone");
  ASSERT_EQ(run({"cc", source, "-o", program}), 0) << err();
  setenv("TZ", "America/New_York", 1);
  ASSERT_EQ(run({"run", program}), 0) << err();
  unsetenv("TZ");
  EXPECT_THAT(out(), StartsWith("86400 UTC +0000|12:00 43200 UTC|86400\n"));
}

// Where stack, heap, globals and mappings lie is a value like any other.
TEST_F(Main, ProgramsSeeTheSameAddressesInEveryRun) {
  if (has_thread_sanitizer) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const std::string source = folder.write("where.c", R"(#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
static int global;
int main(void) {
  int local;
  void *mapped = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("%p %p %p %p %p %p\n", (void *)&local, malloc(1), (void *)&global, mapped, (void *)main, sbrk(0));
  return 0;
})");
  const std::string program = folder.path("where");
  ASSERT_EQ(run({"cc", source, "-o", program}), 0) << err();
  ASSERT_EQ(run({"run", program, "--policy", "fcfs"}), 0) << err();
  const std::string first = out();
  EXPECT_THAT(first, StartsWith("0x"));
  for (int again = 0; again < 3; ++again) {
    ASSERT_EQ(run({"run", program, "--policy", "fcfs"}), 0) << err();
    EXPECT_EQ(out(), first);
  }
}

TEST_F(Main, StatusesAreThoseThatScriptsKnow) {
  EXPECT_EQ(run({"run", "ping_pong"}), 0);
  EXPECT_EQ(err(), "") << "no progress where there is no terminal";
  const std::string dead = folder.write("dead.json", R"({"tasks": {"a": {"loop": 1, "lock": "m",
    "wait": {"ref": "c", "mutex": "m"}}}})");
  EXPECT_EQ(run({"run", dead}), 1);
  EXPECT_THAT(err(), HasSubstr("; 1 thread waits\n  a (pid 2 tid 2) waits for condition c since 0 ns\n"));
  EXPECT_EQ(run({"run", "nosuch"}), 2);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(run({}), 2);
}

TEST_F(Main, FullStandardOutputIsAnError) {
  for (const Words& arguments : {Words{"run", "ping_pong"}, Words{"run", "mixed_batch", "--json", "-"},
                                 Words{"list", "policies"}, Words{"run", "mixed_batch", "--gantt"}}) {
    EXPECT_EQ(Process(arguments, "/dev/full", folder.path("err")).wait(), 2) << arguments.back();
    const std::string message = err();
    EXPECT_THAT(message, HasSubstr("No space left on device"));
    EXPECT_EQ(std::ranges::count(message, '\n'), 1) << message;
  }
}

TEST_F(Main, ControlCEndsARunWithWhatItHas) {
  const std::string scenario = folder.write("endless.json", endless);
  const Process process({"run", scenario, "--json", folder.path("run.json"), "--trace", folder.path("trace.json")},
                        folder.path("out"), folder.path("err"));
  await("trace.json");
  process.interrupt();
  EXPECT_EQ(process.wait(), 130);
  const nlohmann::json report = nlohmann::json::parse(folder.read("run.json"));
  EXPECT_EQ(report["end"], "until");
  EXPECT_EQ(report["interrupted"], true);
  EXPECT_TRUE(nlohmann::json::accept(folder.read("trace.json")));
  EXPECT_THAT(out(), StartsWith("endless under eevdf"));
  EXPECT_THAT(out(), HasSubstr("ended: interrupted"));
}

TEST_F(Main, ControlCEndsAComparisonAtOnce) {
  const std::string scenario = folder.write("endless.json", endless);
  const Process process({"compare", scenario, "--policies", "fcfs,sjf", "--jobs", "2", "--json", "-"},
                        folder.path("out"), folder.path("err"));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  process.interrupt();
  const auto before = std::chrono::steady_clock::now();
  const int status = process.wait();
  EXPECT_TRUE(status == 130 || status == -SIGINT) << status;  // the latter before it has begun to run
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(60));
  if (status != 130) return;
  EXPECT_TRUE(nlohmann::json::parse(out())["runs"].empty());
}

// Killed in the middle, the results keep what was done, and the same command makes the rest.
TEST_F(Main, ASweepThatWasKilledGoesOnWhereItWas) {
  Words work{"compare", "video_call", "--vary", "round_robin:quantum=1ms..2ms", "--seeds", "20", "--until", "40s"};
  ASSERT_EQ(run(work), 0);
  const std::string uninterrupted = out();
  work.insert(work.end(), {"--results", folder.path("r.sqlite")});
  const Process process(work, folder.path("out"), folder.path("err"));
  while (rows("r.sqlite") < 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  process.send(SIGKILL);
  EXPECT_EQ(process.wait(), -SIGKILL);
  const std::int64_t kept = rows("r.sqlite");
  ASSERT_GE(kept, 3);
  ASSERT_LT(kept, 40) << "it was killed in the middle";
  EXPECT_EQ(run(work), 0);
  EXPECT_EQ(out(), uninterrupted);
  EXPECT_THAT(err(), HasSubstr(": " + std::to_string(kept) + " of 40 runs were there already\n"));
  EXPECT_EQ(rows("r.sqlite"), 40);
}

}  // namespace signalbox::main_test
