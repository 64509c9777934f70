#include "workloads/formats/rt_app_sched.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/error_of.hpp"

namespace signalbox {
namespace {

std::vector<std::string_view> all_keys() {
  std::vector<std::string_view> keys(sched_keys.begin(), sched_keys.end());
  keys.insert(keys.end(), {"runtime", "period", "deadline"});
  return keys;
}

// Members of one object, as the grammar's parts get them.
struct Keys {
  explicit Keys(std::string_view members)
      : object(read_loose_json("{" + std::string(members) + "}", "f")),
        settings(all_keys()),
        sorted(object, {.owner = "a task", .settings = settings}) {}

  LooseValue object;
  std::vector<std::string_view> settings;
  SortedKeys sorted;
};

SchedAttributes task(std::string_view members, SchedClass default_class = SchedClass::other) {
  RtAppContext context;
  context.default_class = default_class;
  return task_attributes(Keys(members).sorted, {"f", 9, 9}, context);
}
std::string task_error(std::string_view members, SchedClass default_class = SchedClass::other) {
  return error_of([&] { task(members, default_class); });
}
std::optional<SchedAttributes> phase(std::string_view members, const SchedAttributes& before) {
  RtAppContext context;
  return phase_attributes(Keys(members).sorted, before, context);
}

TEST(RtAppSched, EveryPolicyHasItsClassAndDefaultPriority) {
  EXPECT_EQ(task(""), SchedAttributes{});
  EXPECT_EQ(task(R"("policy": "SCHED_BATCH")").sched_class, SchedClass::batch);
  EXPECT_EQ(task(R"("policy": "SCHED_IDLE")").sched_class, SchedClass::idle);
  EXPECT_EQ(task(R"("policy": "SCHED_FIFO")").sched_class, SchedClass::fifo);
  EXPECT_EQ(task(R"("policy": "SCHED_FIFO")").realtime_priority, 10);
  EXPECT_EQ(task(R"("policy": "SCHED_RR")").realtime_priority, 10);
  EXPECT_EQ(task("", SchedClass::round_robin).realtime_priority, 10);
}

TEST(RtAppSched, PriorityIsNiceOrRealTimeByClass) {
  EXPECT_EQ(task(R"("priority": -19)").nice, -19);
  EXPECT_EQ(task(R"("priority": 5, "policy": "SCHED_BATCH")").nice, 5);
  EXPECT_EQ(task(R"("priority": 99, "policy": "SCHED_RR")").realtime_priority, 99);
  EXPECT_EQ(task(R"("priority": 50)", SchedClass::fifo).realtime_priority, 50);
}

TEST(RtAppSched, PriorityOfAnIdleTaskIsNotedAsVoid) {
  RtAppContext context;
  const Keys keys(R"("policy": "SCHED_IDLE", "priority": 5)");
  EXPECT_EQ(task_attributes(keys.sorted, {}, context).nice, 0);
  EXPECT_EQ(context.scenario.notes,
            std::vector<std::string>{"\"priority\" of a SCHED_IDLE task has no effect: the class has none"});
}

TEST(RtAppSched, ReservationDefaultsToItsRuntime) {
  const SchedAttributes one = task(R"("policy": "SCHED_DEADLINE", "dl-runtime": 200)");
  EXPECT_EQ(one.runtime, 200_us);
  EXPECT_EQ(one.deadline, 200_us);
  EXPECT_EQ(one.period, 200_us);
  const SchedAttributes two = task(R"("policy": "SCHED_DEADLINE", "dl-runtime": 200, "dl-period": 900)");
  EXPECT_EQ(two.deadline, 900_us);
  const SchedAttributes three =
      task(R"("dl-runtime": 200, "dl-period": 900, "dl-deadline": 500)", SchedClass::deadline);
  EXPECT_EQ(three.deadline, 500_us);
  EXPECT_EQ(three.period, 900_us);
}

TEST(RtAppSched, OldNamesOfTheReservationStillCount) {
  const SchedAttributes old = task(R"("policy": "SCHED_DEADLINE", "runtime": 2, "period": 9, "deadline": 5)");
  EXPECT_EQ(old.runtime, 2_us);
  EXPECT_EQ(old.deadline, 5_us);
  EXPECT_EQ(old.period, 9_us);
}

TEST(RtAppSched, RuntimeOfAnOrdinaryTaskIsItsSlice) {
  EXPECT_EQ(task(R"("dl-runtime": 3000)").runtime, 3_ms);
  EXPECT_EQ(task(R"("dl-runtime": 0)").runtime, 0_us);
  EXPECT_EQ(task(R"("dl-runtime": 99)").runtime, 100_us);
  EXPECT_EQ(task(R"("dl-runtime": 100001)").runtime, 100_ms);
}

TEST(RtAppSched, DeadlineOfAnOrdinaryTaskIsAHint) {
  EXPECT_EQ(task(R"("dl-period": 900)").deadline, 900_us);
  EXPECT_EQ(task(R"("dl-deadline": 300)").deadline, 300_us);
  EXPECT_EQ(task(R"("dl-deadline": 300)").period, 0_us);
}

TEST(RtAppSched, PhaseChangesOnlyWhatItNames) {
  SchedAttributes before;
  before.nice = -5;
  EXPECT_FALSE(phase(R"("cpus": [1])", before).has_value());
  EXPECT_EQ(phase(R"("priority": 3)", before)->nice, 3);
  EXPECT_EQ(phase(R"("dl-runtime": 200)", before)->nice, -5);
  EXPECT_EQ(phase(R"("dl-runtime": 200)", before)->runtime, 200_us);
}

TEST(RtAppSched, PhaseThatNamesWhatIsAlreadySaysItStill) {
  SchedAttributes before;
  before.nice = -5;
  EXPECT_EQ(phase(R"("priority": -5)", before), before) << "after the last phase's change it is a change back";
}

TEST(RtAppSched, PhasePriorityIsReadForTheClassBefore) {
  const SchedAttributes fifo = task(R"("policy": "SCHED_FIFO", "priority": 30)");
  EXPECT_EQ(phase(R"("priority": 40)", fifo)->realtime_priority, 40);
  EXPECT_EQ(phase(R"("policy": "SCHED_RR")", fifo)->realtime_priority, 10);
  EXPECT_EQ(phase(R"("policy": "SCHED_OTHER")", fifo), SchedAttributes{});
}

struct Malformed {
  const char* members;
  const char* message;
};

TEST(RtAppSched, WrongValuesAreRefused) {
  const Malformed cases[] = {
      {R"("policy": "SCHED_FIFA")",
       "f:1:12: error: unknown policy \"SCHED_FIFA\"; expected one of SCHED_OTHER, "
       "SCHED_BATCH, SCHED_IDLE, SCHED_RR, SCHED_FIFO, SCHED_DEADLINE; the nearest is "
       "SCHED_FIFO"},
      {R"("policy": RT)",
       "f:1:12: error: \"policy\" still holds the placeholder RT; expected a policy such as "
       "\"SCHED_OTHER\""},
      {R"("priority": 20)", "f:1:14: error: \"priority\" is 20; expected a nice value from -20 to 19"},
      {R"("priority": -21, "policy": "SCHED_IDLE")",
       "f:1:14: error: \"priority\" is -21; expected a nice value from -20 to 19"},
      {R"("policy": "SCHED_RR", "priority": 0)",
       "f:1:36: error: \"priority\" is 0; expected a real-time priority from 1 to 99"},
      {R"("policy": "SCHED_FIFO", "priority": 100)",
       "f:1:38: error: \"priority\" is 100; expected a real-time priority from 1 to 99"},
      {R"("policy": "SCHED_DEADLINE")",
       "f:1:2: error: SCHED_DEADLINE without a budget; expected \"dl-runtime\" beside it"},
      {R"("policy": "SCHED_DEADLINE", "dl-period": 5)",
       "f:1:30: error: SCHED_DEADLINE without a budget; expected \"dl-runtime\" beside it"},
      {R"("policy": "SCHED_DEADLINE", "dl-runtime": 0)",
       "f:1:44: error: \"dl-runtime\" is 0; expected a whole number "
       "of microseconds from 1 to 1000000000000"},
      {R"("policy": "SCHED_DEADLINE", "dl-runtime": 9, "dl-period": 8)",
       "f:1:60: error: \"dl-period\" is 8; expected at least the runtime"},
      {R"("policy": "SCHED_DEADLINE", "dl-runtime": 9, "dl-deadline": 8)",
       "f:1:62: error: \"dl-deadline\" is 8; expected at least the runtime"},
      {R"("policy": "SCHED_DEADLINE", "dl-runtime": 1, "dl-deadline": 8, "dl-period": 7)",
       "f:1:78: error: \"dl-period\" is 7; expected at least the deadline"},
      {R"("dl-deadline": 8, "dl-period": 7)", "f:1:33: error: \"dl-period\" is 7; expected at least the deadline"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(task_error(malformed.members), malformed.message);
}

TEST(RtAppSched, DefaultPolicyThatNeedsABudgetBlamesTheTask) {
  EXPECT_EQ(task_error("", SchedClass::deadline),
            "f:9:9: error: SCHED_DEADLINE without a budget; expected \"dl-runtime\" in the task");
}

TEST(RtAppSched, DeadlineWithoutAPeriodMayNotExceedTheBudget) {
  EXPECT_EQ(
      task_error(R"("policy": "SCHED_DEADLINE", "dl-runtime": 5, "dl-deadline": 9)"),
      "f:1:62: error: \"dl-deadline\" is 9; expected at most the period, which without \"dl-period\" is the runtime");
}

TEST(RtAppSched, CpusAreAListOfNumbers) {
  EXPECT_FALSE(cpus_of(Keys("").sorted).has_value());
  EXPECT_EQ(*cpus_of(Keys(R"("cpus": [0, 1023])").sorted), (std::vector<CpuId>{CpuId(0), CpuId(1023)}));
  EXPECT_EQ(error_of([] { cpus_of(Keys(R"("cpus": [0, 1024])").sorted); }),
            "f:1:14: error: an item of \"cpus\" is 1024; expected the number of a CPU from 0 to 1023");
  EXPECT_EQ(error_of([] { cpus_of(Keys(R"("cpus": 3)").sorted); }),
            "f:1:10: error: \"cpus\" is 3; expected a list in brackets, each the number of a CPU from 0 to 1023");
}

TEST(RtAppSched, IneffectiveKeysAreCheckedAndNoted) {
  RtAppContext context;
  const Keys keys(R"("nodes_membind": [0], "membind_nodes": [1], "util_min": 5, "util_max": -1)");
  check_ineffective_sched_keys(keys.sorted, context);
  EXPECT_EQ(context.scenario.notes.size(), 4U);
  check_ineffective_sched_keys(keys.sorted, context);
  EXPECT_EQ(context.scenario.notes.size(), 4U) << "a note is made once";
}

TEST(RtAppSched, IneffectiveKeysOfWrongValueAreRefused) {
  const auto error_in = [](const char* members) {
    return error_of([&] {
      RtAppContext context;
      check_ineffective_sched_keys(Keys(members).sorted, context);
    });
  };
  EXPECT_EQ(error_in(R"("util_min": 1025)"),
            "f:1:14: error: \"util_min\" is 1025; expected a utilisation from 0 to 1024, or -1 for no change");
  EXPECT_EQ(
      error_in(R"("nodes_membind": 0)"),
      "f:1:19: error: \"nodes_membind\" is 0; expected a list in brackets, each the number of a memory node from 0 "
      "to 1023");
}

TEST(RtAppSched, AGroupIsNamedByItsPath) {
  EXPECT_EQ(group_of(Keys(R"("taskgroup": "/a/b")").sorted, SchedClass::batch), "/a/b");
  EXPECT_EQ(group_of(Keys(R"("taskgroup": "")").sorted, SchedClass::fifo), std::nullopt);
  EXPECT_EQ(group_of(Keys(R"("util_min": 5)").sorted, SchedClass::other), std::nullopt);
}

TEST(RtAppSched, WhatIsNoPathOrNotFairIsRefused) {
  const auto error_in = [](const char* members, SchedClass sched_class) {
    return error_of([&] { group_of(Keys(members).sorted, sched_class); });
  };
  EXPECT_EQ(error_in(R"("taskgroup": "a")", SchedClass::other),
            "f:1:15: error: \"taskgroup\" is the string \"a\"; expected a path such as \"/a/b\", or \"\"");
  EXPECT_EQ(error_in(R"("taskgroup": "/a//b")", SchedClass::other),
            "f:1:15: error: \"taskgroup\" is the string \"/a//b\"; expected a path such as \"/a/b\", or \"\"");
  EXPECT_EQ(error_in(R"("taskgroup": "/a")", SchedClass::fifo),
            "f:1:2: error: a task group for a SCHED_FIFO task; expected SCHED_OTHER, SCHED_BATCH or SCHED_IDLE, as in "
            "rt-app");
}

}  // namespace
}  // namespace signalbox
