#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/command_run.hpp"
#include "tests/support/json_promises.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox::run_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using Names = std::vector<std::string>;

TEST(RunCommand, PrintsASummary) {
  const TestFolder folder;
  const CommandRun run = command({"run", folder.write("two.json", two_tasks), "--policy", "fcfs"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, StartsWith("two under fcfs on textbook (1 CPU, exact decisions), seed 1, trace hash "));
  EXPECT_THAT(run.out, HasSubstr("2 finished, makespan 6.5 ms"));
  EXPECT_THAT(run.out, HasSubstr("\na   "));
}

TEST(RunCommand, JsonHasWhatScriptsRelyOn) {
  for (const Names& arguments : {Names{"run", "periodic_deadlines", "--policy", "edf", "--json", "-"},
                                 Names{"run", "mixed_batch", "--machine", "laptop", "--json", "-"},
                                 Names{"run", "ping_pong", "--policy", "round_robin", "--json", "-"}}) {
    const CommandRun run = command(arguments);
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
    const nlohmann::json json = run.json();
    ASSERT_TRUE(json.is_object()) << "nothing else is printed there";
    expect_promised_keys(json);
    expect_whole_numbers(json);
    EXPECT_EQ(json["schema"], 1);
    EXPECT_THAT(json["trace_hash"].get<std::string>(), MatchesRegex("[0-9a-f]{16}"));
  }
}

TEST(RunCommand, JsonSaysWhatWasRun) {
  const nlohmann::json json = command({"run", "ping_pong", "--policy", "round_robin:quantum=2ms", "--machine", "laptop",
                                       "--cpus", "2", "--seed", "7", "--json", "-"})
                                  .json();
  EXPECT_EQ(json["scenario"], "ping_pong");
  EXPECT_EQ(json["policy"], "round_robin");
  EXPECT_EQ(json["options"]["quantum_ns"], 2'000'000);
  EXPECT_EQ(json["machine"], "laptop");
  EXPECT_EQ(json["cpus"], 2);
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["end"], "finished");
}

TEST(RunCommand, JsonInAFileLeavesTheTextToPeople) {
  const TestFolder folder;
  const CommandRun run = command({"run", folder.write("two.json", two_tasks), "--json", folder.path("out.json")});
  EXPECT_THAT(run.out, StartsWith("two under eevdf"));
  EXPECT_EQ(nlohmann::json::parse(folder.read("out.json"))["scenario"], "two");
}

TEST(RunCommand, UntilEndsTheRunThere) {
  const nlohmann::json json = command({"run", "video_call", "--until", "50ms", "--json", "-"}).json();
  EXPECT_EQ(json["end"], "until");
  EXPECT_EQ(json["elapsed_ns"], 50'000'000);
}

TEST(RunCommand, CpusGoOfflineAndComeBack) {
  const TestFolder folder;
  const std::string hogs = folder.write("hogs.json", R"({"tasks": {"a": {"instance": 4, "loop": 1, "run": 10000}}})");
  const std::vector<std::string> line{"run",       hogs,
                                      "--policy",  "round_robin",
                                      "--cpus",    "2",
                                      "--offline", "1:from=5ms,until=10ms",
                                      "--offline", "0:from=12ms,until=17ms"};
  const CommandRun run = command(line);
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("makespan 28 ms"));
  EXPECT_THAT(run.out, HasSubstr("2 CPUs, 87.0 % busy"));
  EXPECT_THAT(run.out, HasSubstr("offline 10 ms"));
  std::vector<std::string> as_json = line;
  as_json.insert(as_json.end(), {"--json", "-"});
  EXPECT_EQ(command(as_json).json()["cpu"]["offline_ns"], 10'000'000);
}

TEST(RunCommand, CpusetsHoldUnderEveryPolicy) {
  const TestFolder folder;
  const std::string hogs = folder.write("hogs.json", R"({"tasks": {
      "in": {"instance": 3, "loop": 1, "run": 10000, "taskgroup": "/a"}, "out": {"loop": 1, "run": 10000}}})");
  for (const char* const policy : {"fcfs", "eevdf", "linux:queue_per=cpu,balance=linux"}) {
    const CommandRun run = command({"run", hogs, "--policy", policy, "--cpus", "2", "--cgroup", "/a:cpus=1"});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
    EXPECT_THAT(run.out, HasSubstr("makespan 30 ms"));
  }
}

TEST(RunCommand, WritesEachTraceInTheFormatOfItsEnding) {
  const TestFolder folder;
  const CommandRun run = command({"run", "--trace", folder.path("a.json"), "--trace", folder.path("a.ftrace"),
                                  "mixed_batch", "--trace", folder.path("a.perf"), "--trace", folder.path("a.gantt")});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(nlohmann::json::accept(folder.read("a.json")));
  EXPECT_THAT(folder.read("a.ftrace"), StartsWith("# tracer: nop\n"));
  EXPECT_THAT(folder.read("a.perf"), HasSubstr("sched:sched_switch:"));
  EXPECT_THAT(folder.read("a.gantt"), HasSubstr("CPU 0"));
}

TEST(RunCommand, GanttIsDrawnBeforeTheSummary) {
  const std::string out = command({"run", "mixed_batch", "--gantt"}).out;
  EXPECT_LT(out.find("CPU 0"), out.find("mixed_batch under eevdf"));
}

TEST(RunCommand, ADeadlockIsStatusOneAndSaysWhoWaits) {
  const TestFolder folder;
  const CommandRun run = command(
      {"run", folder.write("dead.json", deadlock_of_two), "--policy", "fcfs", "--json", folder.path("out.json")});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, MatchesRegex("deadlock: nothing can run at 1000000 ns; 2 threads wait\n"
                                    "  left \\(pid [0-9]+ tid [0-9]+\\) waits for mutex y since 1000000 ns\n"
                                    "  right \\(pid [0-9]+ tid [0-9]+\\) waits for mutex x since 1000000 ns\n"));
  const nlohmann::json json = nlohmann::json::parse(folder.read("out.json"));
  EXPECT_EQ(json["end"], "deadlock");
  ASSERT_EQ(json["stalled"].size(), 2U);
  EXPECT_EQ(json["stalled"][0]["waits_for"], "mutex");
  EXPECT_EQ(json["stalled"][0]["object"], "y");
  EXPECT_EQ(json["stalled"][0]["since_ns"], 1'000'000);
}

TEST(RunCommand, ADeadlockOfACrowdIsNotARowEach) {
  const TestFolder folder;
  const CommandRun run = command({"run", folder.write("crowd.json", R"({"tasks": {"a": {"instance": 300, "loop": 1,
                                    "lock": "m", "wait": {"ref": "c", "mutex": "m"}}}})"),
                                  "--quiet"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("; 300 threads wait\n"), HasSubstr("\n  and 200 more\n")));
}

TEST(RunCommand, GdbIsForCompiledPrograms) { EXPECT_TRUE(command({"run", "mixed_batch", "--gdb"}).is_refused()); }

TEST(RunCommand, NotesGoToStandardError) {
  const TestFolder folder;
  const std::string file = folder.write(
      "vain.json", R"({"tasks": {"a": {"loop": 1, "unlock": "m", "run": 10}}, "global": {"lock_pages": true}})");
  const CommandRun run = command({"run", file, "--json", "-"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.json().is_object());
  EXPECT_THAT(run.err, HasSubstr("warning: "));
  EXPECT_EQ(command({"run", file, "--quiet"}).err, "");
}

TEST(RunCommand, WhatNothingEndsIsRefusedUnlessUntilDoes) {
  const TestFolder folder;
  const std::string file = folder.write("endless.json", R"({"tasks": {"a": {"run": 1000, "sleep": 500}}})");
  const CommandRun run = command({"run", file});
  EXPECT_TRUE(run.is_refused()) << run.status << run.out;
  EXPECT_EQ(run.err, file +
                         ":1:12: error: \"a\" repeats for ever, and nothing ends the run; expected --until TIME, or "
                         "a \"duration\" in \"global\"\n");
  EXPECT_EQ(command({"run", file, "--until", "5ms"}).status, 0);
}

TEST(RunCommand, TheWatchdogNamesWhoCalls) {
  const TestFolder folder;
  const std::string file =
      folder.write("busy.json", R"({"tasks": {"spin": {"yield": "", "loop": -1}}, "global": {"duration": 1}})");
  const CommandRun run = command({"run", file, "--quiet"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, MatchesRegex("watchdog: spin \\(pid [0-9]+ tid [0-9]+\\) keeps calling, and no time passes\n"));
}

TEST(RunCommand, TheHeadingOfALongNameIsBroken) {
  const std::string name =
      "web_server:workers=8,requests=50,interval=1ms,service=400us,slow_percent=5,slow_service=8ms";
  const std::string out = command({"run", name, "--policy", "mlfq:queues=5,quantum=17ms,growth=3,boost=1234ms"}).out;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 100U) << line;
}

struct BadInput {
  Names arguments;
  std::string error;
};

// Outputs are asked for too, unless the input itself is about them: none may be left behind.
void expect_refused(const TestFolder& folder, const BadInput& bad) {
  const Names files = folder.files();
  Names arguments{"run", "--json", folder.path("out.json"), "--trace", folder.path("out.ftrace")};
  if (std::ranges::find(bad.arguments, "--json") != bad.arguments.end()) arguments.resize(1);
  arguments.insert(arguments.end(), bad.arguments.begin(), bad.arguments.end());
  const CommandRun run = command(arguments);
  EXPECT_TRUE(run.is_refused()) << run.status << run.out << run.err;
  EXPECT_THAT(run.err, StartsWith(bad.error));
  EXPECT_EQ(folder.files(), files) << bad.error;
}

TEST(RunCommand, BadInputIsOneLineAndNoFile) {
  const TestFolder folder;
  const std::string good = folder.write("good.json", two_tasks);
  const std::string broken = folder.write("broken.json", "{\"tasks\": {\"a\": {\n\"run\": }}}");
  const std::string unfit = folder.write("unfit.json", R"({"tasks": {"a": {"cpus": [3], "run": 10}}})");
  const std::string machine = folder.write("broken.toml", "[cpus]\ncount = 0\n");
  const std::string binary = folder.write("binary", std::string_view("\0\1\2", 3));
  const BadInput cases[] = {
      {{"nosuch"}, "nosuch: error: no such scenario; expected a path, or a name"},
      {{"./nosuch.json"}, "./nosuch.json: error: there is no such file"},
      {{folder.path("")}, folder.path("") + ": error: is a directory"},
      {{broken}, broken + ":2:8: error: "},
      {{binary}, binary + ":1:1: error: a zero byte"},
      {{unfit, "--cpus", "2"}, unfit + ":1:"},
      {{good, "--format", "nosuch"}, "--format: error: unknown format \"nosuch\""},
      {{good, "--policy", "nosuch"}, "--policy:1:1: error: "},
      {{good, "--policy", "round_robin:quantum=2"}, "--policy:1:21: error: "},
      {{good, "--machine", "nosuch"}, "nosuch: error: no machine of that name"},
      {{good, "--machine", machine}, machine + ":2:9: error: 'count' is 0"},
      {{good, "--cpus", "2", "--offline", "2"}, "--offline:1:1: error: '2' is no CPU of this machine"},
      {{good, "--offline", "0:from=1ms"}, "--offline:1:1: error: all CPUs are offline at once"},
      {{good, "--until", "soon"}, "--until:1:1: error: 'soon' is not a time"},
      {{good, "--until", "0s"}, "--until:1:1: error: '0s' is not a time"},
      {{good, "--trace", "/nonexistent/t.json"}, "/nonexistent/t.json: error: cannot be written"},
      {{good, "--trace", folder.path("t.svg")}, "--trace:1:1: error: no trace format has the ending of"},
      {{good, "--json", "/nonexistent/x"}, "/nonexistent/x: error: cannot be written"},
      {{good, "--json", good}, good + ": error: would be overwritten, and is read"},
      {{good, "--trace", good}, good + ": error: would be overwritten, and is read"},
      {{std::string(5'000, 'x')}, std::string(5'000, 'x') + ": error: no such scenario"},
  };
  for (const BadInput& bad : cases) expect_refused(folder, bad);
  EXPECT_EQ(folder.read("good.json"), two_tasks);
}

TEST(RunCommand, ATraceThatCannotBeFinishedFailsTheRun) {
  const TestFolder folder;
  const CommandRun run = command({"run", "mixed_batch", "--json", folder.path("out.json"), "--trace",
                                  folder.path("full.ftrace"), "--trace", folder.path("other.perf")});
  ASSERT_EQ(run.status, 0);
  std::filesystem::remove(folder.path("full.ftrace"));
  std::filesystem::create_symlink("/dev/full", folder.path("full.ftrace"));
  const CommandRun full = command({"run", "mixed_batch", "--json", folder.path("out.json"), "--trace",
                                   folder.path("full.ftrace"), "--trace", folder.path("other.perf")});
  EXPECT_TRUE(full.is_refused()) << full.status << full.out << full.err;
  EXPECT_THAT(full.err, HasSubstr("No space left on device"));
  EXPECT_EQ(folder.files(), Names{"full.ftrace"}) << "no torso is left that looks whole";
}

TEST(RunCommand, NamesThatAreNoUtf8DoNotBreakJson) {
  const TestFolder folder;
  const std::string file = folder.write("odd\xff.json", two_tasks);
  EXPECT_TRUE(command({"run", file, "--json", "-"}).json().is_object());
  EXPECT_TRUE(command({"compare", file, "--policies", "fcfs", "--json", "-"}).json().is_object());
}

}  // namespace signalbox::run_test
