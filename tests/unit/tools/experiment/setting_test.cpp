#include "tools/experiment/setting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tests/support/test_folder.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::setting_test {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

SettingRequest request_of(std::string scenario, std::string machine = {}, std::optional<unsigned> cpus = {}) {
  return {.scenario = std::move(scenario), .format = {}, .machine = std::move(machine), .cpus = cpus};
}

Setting setting_of(std::string scenario, std::string machine = {}, std::optional<unsigned> cpus = {}) {
  return load_setting(request_of(std::move(scenario), std::move(machine), cpus));
}

std::string error_in(const SettingRequest& request) {
  return error_of([&] { load_setting(request); });
}

// A scenario file for one test.
class ScenarioFile {
 public:
  explicit ScenarioFile(std::string_view text) { std::ofstream(file_.path()) << text; }
  const std::string& path() const { return file_.path(); }

 private:
  TraceFile file_;
};

TEST(Setting, FindsAShippedScenarioByName) {
  const Setting setting = setting_of("mixed_batch");
  EXPECT_EQ(setting.scenario.name, "mixed_batch");
  EXPECT_EQ(setting.scenario.format, "job-table");
  EXPECT_EQ(setting.machine.name, "textbook");
}

TEST(Setting, EveryShippedScenarioFitsEveryShippedMachine) {
  const std::vector<std::string_view> names = shipped_scenario_names();
  EXPECT_EQ(names.size(), 9U);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  for (const std::string_view name : names) {
    for (const std::string_view machine : {"textbook", "laptop", "server-2x32", "biglittle"}) {
      const Setting setting = setting_of(std::string(name), std::string(machine));
      EXPECT_EQ(setting.scenario.name, name);
      EXPECT_EQ(setting.machine.name, machine);
    }
  }
}

TEST(Setting, FindsANativeProgramByName) {
  const Setting setting = setting_of("ping_pong");
  ASSERT_EQ(setting.scenario.tasks.size(), 1U);
  EXPECT_EQ(setting.scenario.tasks[0].program->name, "ping_pong");
  EXPECT_EQ(setting.scenario.format, "program");
}

TEST(Setting, AColonMeansAProgramAndItsArguments) {
  const Scenario tree = setting_of("fork_tree:depth=2,fanout=1").scenario;
  ASSERT_EQ(tree.tasks.size(), 1U);
  EXPECT_EQ(tree.tasks[0].name, "fork_tree");
  EXPECT_EQ(tree.tasks[0].program->arguments, (std::map<std::string, std::string>{{"depth", "2"}, {"fanout", "1"}}));
  EXPECT_EQ(setting_of("web_server").scenario.format, "rt-app");
  EXPECT_EQ(setting_of("web_server:").scenario.format, "program");
}

TEST(Setting, AGeneratorDrawsFromTheSeed) {
  const auto first_arrival = [](std::uint64_t seed) {
    SettingRequest request = request_of("poisson:jobs=3");
    request.seed = seed;
    const Setting setting = load_setting(request);
    EXPECT_EQ(setting.scenario.name, "poisson:jobs=3");
    EXPECT_EQ(setting.scenario.tasks.size(), 3U);
    EXPECT_EQ(setting.generator->spelled(), "poisson:jobs=3");
    return setting.scenario.tasks[0].delay;
  };
  EXPECT_EQ(first_arrival(5), first_arrival(5));
  EXPECT_NE(first_arrival(5), first_arrival(6));
  EXPECT_FALSE(setting_of("video_call").generator);
}

TEST(Setting, WhatIsWrongWithAGeneratorsOptionsIsToldByColumn) {
  EXPECT_THAT(error_in(request_of("poisson:jobs=0")), StartsWith("poisson:jobs=0:1:14: error: 0 is out of range"));
  EXPECT_THAT(error_in(request_of("uunifast:min_period=2s")), HasSubstr("expected min_period to be the shorter one"));
}

TEST(Setting, WhatIsWrongWithAProgramsArgumentsIsToldByColumn) {
  const auto wrong = [](const char* text) { return error_in(request_of(text)); };
  EXPECT_EQ(wrong("fork_tree:depth"), "fork_tree:depth:1:11: error: \"depth\" has no value; expected name=value");
  EXPECT_THAT(wrong("fork_tree:depth=1,depth=2"), HasSubstr(":1:19: error: \"depth\" is there twice"));
  EXPECT_THAT(wrong("fork_tree:depth=99"), HasSubstr("a whole number from 0 to 6"));
  EXPECT_THAT(wrong("fork_tree:deep=1"), HasSubstr("depth"));
  EXPECT_THAT(wrong("nobody:"), HasSubstr("nobody:: error: no such scenario"));
}

TEST(Setting, FindsAFileByItsPath) {
  const ScenarioFile file(R"({"tasks": {"a": {"run": 10}}})");
  EXPECT_EQ(setting_of(file.path()).scenario.name, std::filesystem::path(file.path()).stem());
}

TEST(Setting, AFileComesBeforeWhatIsShippedAndAFolderDoesNot) {
  const std::filesystem::path before = std::filesystem::current_path();
  const TraceFile folder;
  std::filesystem::create_directories(folder.path() + "/video_call");
  std::filesystem::current_path(folder.path());
  EXPECT_GT(setting_of("video_call").scenario.tasks.size(), 5U);
  std::ofstream("web_server") << R"({"tasks": {"a": {"run": 10}}})";
  EXPECT_EQ(setting_of("web_server").scenario.tasks.size(), 1U);
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder.path());
}

TEST(Setting, AnUnknownNameIsAnsweredWithTheNearest) {
  EXPECT_EQ(error_in(request_of("vidoe_call")),
            "vidoe_call: error: no such scenario; expected a path, or a name that `signalbox list scenarios`, `list "
            "programs` or `list generators` shows (did you mean video_call?)");
  EXPECT_THAT(error_in(request_of("poison:rate=5")), HasSubstr("did you mean poisson?"));
  EXPECT_THAT(error_in(request_of("pingpong")), HasSubstr("did you mean ping_pong?"));
  EXPECT_THAT(error_in(request_of(std::string(100'000, 'x'))), HasSubstr("no such scenario"));
  EXPECT_THAT(error_in(request_of("no/such.json")), StartsWith("no/such.json: error: there is no such file"));
}

TEST(Setting, AFormatThatDoesNotFitIsToldSo) {
  SettingRequest request = request_of("video_call");
  request.format = "rt-app";
  EXPECT_EQ(error_in(request), "no error");
  request.format = "nosuch";
  EXPECT_THAT(error_in(request), StartsWith("--format: error: unknown format \"nosuch\""));
  request.format = "job-table";
  EXPECT_THAT(error_in(request), StartsWith("video_call.json:"));
  request.scenario = "ping_pong";
  EXPECT_EQ(error_in(request), "--format: error: 'ping_pong' is a program and has no format; expected a scenario file");
  request.scenario = "poisson";
  EXPECT_THAT(error_in(request), HasSubstr("'poisson' is a generator and has no format"));
}

TEST(Setting, TheUsersMachineComesBeforeTheScenarios) {
  const ScenarioFile file(R"({"tasks": {"a": {"run": 10}}, "global": {"machine": "laptop"}})");
  EXPECT_EQ(setting_of(file.path()).machine.name, "laptop");
  EXPECT_EQ(setting_of(file.path(), "biglittle").machine.name, "biglittle");
}

TEST(Setting, CpusAreTheMachinesUnlessSaid) {
  EXPECT_EQ(setting_of("mixed_batch", "laptop").machine.topology.cpu_count(), 8U);
  EXPECT_EQ(setting_of("mixed_batch", "laptop", 3).machine.topology.cpu_count(), 3U);
  EXPECT_EQ(setting_of("mixed_batch", "laptop", 12).machine.topology.cpu_count(), 12U);
}

TEST(Setting, CpusThatTheScenarioNamesArePresentUnlessTheUserSaysOtherwise) {
  const ScenarioFile file("{\"tasks\": {\"a\": {\"cpus\": [0],\n\"phases\": {\"p\": {\"cpus\": [2], \"run\": 10}}}}}");
  EXPECT_EQ(setting_of(file.path()).machine.topology.cpu_count(), 3U);
  EXPECT_EQ(setting_of(file.path(), "laptop").machine.topology.cpu_count(), 8U);
  EXPECT_THAT(error_in(request_of(file.path(), {}, 2)),
              HasSubstr("error: CPU 2 in \"cpus\"; expected a CPU of the machine, 0 to 1"));
}

TEST(Setting, ARecordingOnMoreCpusThanItWasMadeOnIsNoted) {
  const TestFolder folder;
  const std::string path =
      folder.write("two.ftrace",
                   "<idle>-0 [000] d..2. 1.000000: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 "
                   "prev_state=R ==> next_comm=a next_pid=7 next_prio=120\n"
                   "a-7 [000] d..2. 1.001000: sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> "
                   "next_comm=swapper/0 next_pid=0 next_prio=120\n");
  EXPECT_THAT(setting_of(path, "laptop").scenario.notes,
              Contains(path + ": CPUs: recorded on 1, replayed on 8 (--cpus 1 for as many)"));
  EXPECT_THAT(setting_of(path, "laptop", 1).scenario.notes, Not(Contains(HasSubstr("replayed on"))));
}

TEST(Setting, WhatCannotRunIsToldBeforeItRuns) {
  const ScenarioFile file(R"({"tasks": {"a": {"fork": "nobody", "run": 10}}})");
  EXPECT_THAT(error_in(request_of(file.path())), HasSubstr(":1:"));
}

TEST(Setting, AMachineThatAScenarioAsksForInVainIsRefusedThere) {
  const ScenarioFile file("{\"tasks\": {\"a\": {\"run\": 1}},\n \"global\": {\"machine\": \"nope\"}}");
  EXPECT_THAT(error_in(request_of(file.path())),
              StartsWith(file.path() + ":2:24: error: there is no machine \"nope\""));
  EXPECT_THAT(error_in(request_of(file.path(), "nope")), StartsWith("nope: error: no machine of that name"));
}

TEST(Setting, AWrongProgramArgumentIsRefusedAtItsPlace) {
  EXPECT_THAT(error_in(request_of("web_server:requests=5,workers=0")),
              StartsWith("web_server:requests=5,workers=0:1:23: error: \"0\" for \"workers\""));
  EXPECT_THAT(error_in(request_of("web_server:foo=1")),
              StartsWith("web_server:foo=1:1:12: error: the program \"web_server\" has no argument \"foo\""));
  EXPECT_THAT(error_in(request_of("nosuch:foo=1")), StartsWith("nosuch:foo=1: error: no such scenario"));
}

TEST(Setting, GuessesOnlyWhatIsLikely) {
  EXPECT_THAT(error_in(request_of("mixd_batch")), HasSubstr("(did you mean mixed_batch?)"));
  EXPECT_THAT(error_in(request_of("nosuch")), testing::Not(HasSubstr("did you mean")));
}

TEST(Setting, HashesTheTextAndTheFormatAndNotTheName) {
  const TestFolder folder;
  const std::string jobs = "name,arrival_us,burst_us,priority\na,0,10,0\n";
  const auto hash_of = [](const std::string& scenario) {
    return load_setting({.scenario = scenario, .format = {}, .machine = {}, .cpus = {}}).scenario_hash;
  };
  const std::string hash = hash_of(folder.write("jobs.csv", jobs));
  EXPECT_EQ(hash_of(folder.write("copy.csv", jobs)), hash);
  EXPECT_NE(hash_of(folder.write("more.csv", jobs + "b,0,10,0\n")), hash);
  EXPECT_NE(hash_of("mixed_batch"), hash);
  EXPECT_NE(hash_of("fork_tree:depth=2"), hash_of("fork_tree:depth=3"));
}

TEST(Setting, KnowsWhatAScenarioIs) {
  const TestFolder folder;
  EXPECT_TRUE(names_scenario("web_server"));
  EXPECT_TRUE(names_scenario("fork_tree:depth=2"));
  EXPECT_TRUE(names_scenario(folder.write("s.json", R"({"tasks": {"a": {"loop": 3, "run": 50}}})")));
  EXPECT_FALSE(names_scenario("phases:phases=3"));
  EXPECT_FALSE(names_scenario("no_such_thing"));
  EXPECT_FALSE(names_scenario(folder.write("t.alloc", "allocations 1\nmalloc 1 100\n")));
  EXPECT_FALSE(names_scenario(folder.write("t.rep", "100\n1\n2\n1\na 0 100\nf 0\n")));
}

}  // namespace signalbox::setting_test
