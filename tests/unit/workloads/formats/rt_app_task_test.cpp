#include "workloads/formats/rt_app_task.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_task_test {

// Reads { "a": <text> }; columns in messages count from that brace.
Task read(std::string_view text, RtAppContext& context) {
  const LooseValue tasks = read_loose_json("{\"a\":" + std::string(text) + "}", "f");
  return read_rt_app_task(tasks.members[0], context);
}
Task read(std::string_view text) {
  RtAppContext context;
  return read(text, context);
}
std::string error_in(std::string_view text) {
  return error_of([text] { read(text); });
}
using Cpus = std::vector<CpuId>;

TEST(RtAppTask, EventsBesideSettingsAreItsOnlyPhase) {
  const Task task = read(R"({"run": 1, "delay": 5, "sleep": 2, "run": 3})");
  EXPECT_EQ(task.name, "a");
  EXPECT_EQ(task.delay, 5_us);
  ASSERT_EQ(task.phases.size(), 1U);
  EXPECT_EQ(task.phases[0].events.size(), 3U);
  EXPECT_EQ(task.place.column, 2U);
}

TEST(RtAppTask, OomScoreAdjIsFromMinusAThousandToAThousand) {
  EXPECT_EQ(read(R"({"run": 1})").oom_score_adj, std::nullopt);
  EXPECT_EQ(read(R"({"run": 1, "oom_score_adj": -1000})").oom_score_adj, -1000);
  EXPECT_EQ(error_in(R"({"run": 1, "oom_score_adj": 1001})"),
            "f:1:34: error: \"oom_score_adj\" is 1001; expected a whole number from -1000 to 1000");
}

TEST(RtAppTask, DefaultsAreOneInstanceThatRepeatsForEver) {
  const Task task = read(R"({"run": 1})");
  EXPECT_EQ(task.instances, 1);
  EXPECT_EQ(task.loop, -1);
  EXPECT_EQ(task.phases[0].loop, 1);
  EXPECT_EQ(task.delay, 0_us);
  EXPECT_TRUE(task.process.empty());
  EXPECT_FALSE(task.sched.attributes.has_value());
  EXPECT_FALSE(task.sched.cpus.has_value());
}

TEST(RtAppTask, LoopBesideInlineEventsIsThePhases) {
  const Task task = read(R"({"loop": 4, "run": 1})");
  EXPECT_EQ(task.loop, 1);
  EXPECT_EQ(task.phases[0].loop, 4);
  EXPECT_EQ(read(R"({"loop": -1, "run": 1})").phases[0].loop, -1);
}

TEST(RtAppTask, PhasesKeepOrderNamesAndLoops) {
  const Task task =
      read(R"({"loop": 3, "phases": {"p": {"loop": 2, "run": 1}, "q": {"sleep": 1, "suspend"}, "p": {"run": 9}}})");
  EXPECT_EQ(task.loop, 3);
  ASSERT_EQ(task.phases.size(), 3U);
  EXPECT_EQ(task.phases[0].name, "p");
  EXPECT_EQ(task.phases[0].loop, 2);
  EXPECT_EQ(task.phases[1].loop, 1);
  EXPECT_EQ(std::get<SuspendEvent>(task.phases[1].events[1].action).task, "a");
  EXPECT_EQ(task.phases[2].name, "p");
}

TEST(RtAppTask, LoopZeroOfPhasesRunsNothing) { EXPECT_EQ(read(R"({"loop": 0, "phases": {"p": {"run": 1}}})").loop, 0); }

TEST(RtAppTask, PhaseWithoutCpusIsBackOnTheTasks) {
  const Task task = read(R"({"cpus": [2], "phases": {"p": {"cpus": [0, 1], "run": 1}, "q": {"run": 1}}})");
  EXPECT_EQ(*task.sched.cpus, Cpus{CpuId(2)});
  EXPECT_EQ(*task.phases[0].sched.cpus, (Cpus{CpuId(0), CpuId(1)}));
  EXPECT_EQ(*task.phases[1].sched.cpus, Cpus{CpuId(2)});
}

TEST(RtAppTask, PhaseWithoutCpusOfATaskWithoutIsBackOnAll) {
  const Task task = read(R"({"phases": {"p": {"cpus": [0], "run": 1}, "q": {"run": 1}}})");
  EXPECT_TRUE(task.phases[1].sched.cpus->empty());
}

TEST(RtAppTask, PhasesThatNeverNameCpusSayNothing) {
  const Task task = read(R"({"cpus": [2], "phases": {"p": {"run": 1}, "q": {"run": 1}}})");
  EXPECT_FALSE(task.phases[0].sched.cpus.has_value());
}

TEST(RtAppTask, PhaseTakesItsClassFromThePhaseBefore) {
  const Task task = read(R"({"phases": {"p": {"policy": "SCHED_FIFO", "run": 1}, "q": {"priority": 50, "run": 1}}})");
  EXPECT_EQ(task.phases[0].sched.attributes->realtime_priority, 10);
  EXPECT_EQ(task.phases[1].sched.attributes->sched_class, SchedClass::fifo);
  EXPECT_EQ(task.phases[1].sched.attributes->realtime_priority, 50);
}

TEST(RtAppTask, RuntimeBesideEventsIsAnEvent) {
  const Task task = read(R"({"runtime": 7, "sleep": 1})");
  EXPECT_EQ(std::get<RuntimeEvent>(task.phases[0].events[0].action).duration, 7_us);
  EXPECT_FALSE(task.sched.attributes.has_value());
}

TEST(RtAppTask, RuntimeOfADeadlineTaskIsItsBudgetUnlessThereIsAnother) {
  RtAppContext context;
  const Task old = read(R"({"policy": "SCHED_DEADLINE", "runtime": 7, "period": 9, "run": 1})", context);
  EXPECT_EQ(old.sched.attributes->runtime, 7_us);
  EXPECT_EQ(old.phases[0].events.size(), 1U);
  EXPECT_EQ(context.scenario.notes.size(), 1U);
  const Task both = read(R"({"policy": "SCHED_DEADLINE", "dl-runtime": 7, "runtime": 3})");
  EXPECT_EQ(both.sched.attributes->runtime, 7_us);
  EXPECT_EQ(both.phases[0].events.size(), 1U);
}

TEST(RtAppTask, RuntimeBesidePhasesIsTheSlice) {
  EXPECT_EQ(read(R"({"runtime": 700, "phases": {"p": {"run": 1}}})").sched.attributes->runtime, 700_us);
}

TEST(RtAppTask, NamesItsProcess) { EXPECT_EQ(read(R"({"process": "server", "run": 1})").process, "server"); }

TEST(RtAppTask, MayBeANativeProgramWithArguments) {
  const Task task = read(R"({"program": "ping_pong", "instance": 2, "priority": 5,
      "arguments": {"rounds": 10, "mode": "fast", "check": true}})");
  EXPECT_EQ(task.program->name, "ping_pong");
  EXPECT_EQ(task.program->arguments,
            (std::map<std::string, std::string>{{"rounds", "10"}, {"mode", "fast"}, {"check", "true"}}));
  EXPECT_EQ(task.program->place.column, 18U);
  EXPECT_EQ(task.instances, 2);
  EXPECT_EQ(task.loop, 1);
  EXPECT_EQ(task.sched.attributes->nice, 5);
  EXPECT_TRUE(task.phases.empty());
}

struct Malformed {
  const char* text;
  const char* message;
};

TEST(RtAppTask, WrongSettingsAreRefused) {
  const Malformed cases[] = {
      {"3", "f:1:6: error: \"a\" is 3; expected an object in braces"},
      {"{}", "f:1:2: error: \"a\" has no events; expected at least one event, such as \"run\""},
      {R"({"loop": 1})", "f:1:2: error: \"a\" has no events; expected at least one event, such as \"run\""},
      {R"({"instanse": 2, "run": 1})",
       "f:1:7: error: unknown key \"instanse\" of a task; expected a known key, such as \"instance\", the nearest"},
      {R"({"instance": -1, "run": 1})", "f:1:19: error: \"instance\" is -1; expected a whole number from 0 to 4194304"},
      {R"({"instance": N, "run": 1})",
       "f:1:19: error: \"instance\" still holds the placeholder N; expected a whole number from 0 to 4194304"},
      {R"({"delay": -1, "run": 1})",
       "f:1:16: error: \"delay\" is -1; expected a whole number of microseconds from 0 to 1000000000000"},
      {R"({"loop": 0, "run": 1})",
       "f:1:15: error: \"loop\" is 0; expected how often, from 1 to 2147483647, or -1 for ever"},
      {R"({"loop": -2, "phases": {"p": {"run": 1}}})",
       "f:1:15: error: \"loop\" is -2; expected how often, up to 2147483647, or -1 for ever"},
      {R"({"process": "", "run": 1})", "f:1:18: error: \"process\" is the string \"\"; expected the name of a process"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message);
}

TEST(RtAppTask, WrongPhasesAreRefused) {
  const Malformed cases[] = {
      {R"({"phases": []})", "f:1:17: error: \"phases\" is a list; expected an object in braces"},
      {R"({"phases": {}})", "f:1:7: error: \"phases\" holds none; expected at least one phase"},
      {R"({"phases": {"p": {"loop": 2}}})",
       "f:1:18: error: \"p\" has no events; expected at least one event, such as \"run\""},
      {R"({"phases": {"p": 3}})", "f:1:23: error: \"p\" is 3; expected an object in braces"},
      {R"({"phases": {"p": {"loop": 0, "run": 1}}})",
       "f:1:32: error: \"loop\" is 0; expected how often, from 1 to 2147483647, or -1 for ever"},
      {R"({"phases": {"p": {"delay": 1, "run": 1}}})",
       "f:1:24: error: unknown key \"delay\" of a phase; expected a known key, such as \"policy\", the nearest"},
      {R"({"run": 1, "phases": {"p": {"run": 1}}})",
       "f:1:7: error: the event \"run\" beside \"phases\"; expected only one of them"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message);
}

TEST(RtAppTask, WrongProgramsAreRefused) {
  const Malformed cases[] = {
      {R"({"program": ""})", "f:1:18: error: \"program\" is the string \"\"; expected the name of a native program"},
      {R"({"program": "x", "run": 1})",
       "f:1:23: error: the event \"run\" beside \"program\"; expected only one of them"},
      {R"({"program": "x", "loop": 1})", "f:1:23: error: \"loop\" beside \"program\"; expected only one of them"},
      {R"({"program": "x", "phases": {}})", "f:1:23: error: \"phases\" beside \"program\"; expected only one of them"},
      {R"({"arguments": {}, "run": 1})",
       "f:1:7: error: \"arguments\" without a program; expected \"program\" beside it"},
      {R"({"program": "x", "arguments": {"n": [1]}})",
       "f:1:42: error: \"n\" is a list; expected a number, a string, true or false"},
      {R"({"program": "x", "arguments": {"n": N}})",
       "f:1:42: error: \"n\" still holds the placeholder N; expected a number, a string, true or false"},
      {R"({"program": "x", "arguments": {"n": 1, "n": 2}})",
       "f:1:45: error: \"n\" is already set; expected each argument once"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message);
}

TEST(RtAppTask, EndlessLoopThatTakesNoTimeIsRefused) {
  const std::string message =
      "f:1:2: error: \"a\" repeats for ever without taking time; expected an event that "
      "computes, sleeps or waits, or a finite \"loop\"";
  EXPECT_EQ(error_in(R"({"run": 0, "resume": "b"})"), message);
  EXPECT_EQ(error_in(R"({"loop": -1, "lock": "m", "unlock": "m"})"), message);
  EXPECT_EQ(error_in(R"({"loop": 1, "phases": {"p": {"run": 1}, "q": {"loop": -1, "sem_post": "s"}}})"), message);
  EXPECT_EQ(error_in(R"({"loop": 5, "run": 0})"), "no error");
  EXPECT_EQ(error_in(R"({"yield"})"), "no error");
  EXPECT_EQ(error_in(R"({"phases": {"p": {"run": 1}, "q": {"sem_post": "s"}}})"), "no error");
}

TEST(RtAppTask, NameIsNeitherEmptyNorBreaksLines) {
  const auto error_of_key = [](std::string_view key) {
    return error_of([key] {
      RtAppContext context;
      const LooseValue tasks = read_loose_json("{" + std::string(key) + ": {\"run\": 1}}", "f");
      read_rt_app_task(tasks.members[0], context);
    });
  };
  EXPECT_EQ(error_of_key(R"("")"), "f:1:2: error: a task without a name; expected a name between the quotes");
  EXPECT_EQ(error_of_key(R"("a\tb")"),
            "f:1:2: error: the task name \"a\\x09b\"; expected no control character in a name");
}

}  // namespace signalbox::rt_app_task_test
