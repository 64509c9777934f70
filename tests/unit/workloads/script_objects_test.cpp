#include "workloads/script_objects.hpp"

#include <gtest/gtest.h>

#include "tests/support/script_tasks.hpp"

namespace signalbox::script_objects_test {

TEST(ScriptObjects, EqualNamesAreTheSameObjectInEachTable) {
  ScenarioRun run;
  ScriptObjects objects(scenario({}), *run.machine);
  const std::uint32_t mutex = objects.mutex_number("x");
  EXPECT_EQ(objects.mutex_number("x"), mutex);
  EXPECT_NE(objects.mutex_number("y"), mutex);
  objects.mutexes[mutex].try_lock(Tid(7)).value();
  EXPECT_EQ(objects.mutexes[objects.mutex_number("x")].owner(), Tid(7));
  const std::uint32_t condition = objects.condition_number("x");
  EXPECT_FALSE(objects.conditions[condition].has_sleepers());
}

TEST(ScriptObjects, MutexesInheritIfTheScenarioSaysSo) {
  for (const bool inherits : {false, true}) {
    Scenario wanted = scenario({});
    wanted.inherits_priority = inherits;
    ScenarioRun run;
    ScriptObjects objects(wanted, *run.machine);
    EXPECT_EQ(objects.mutexes[objects.mutex_number("x")].inherits(), inherits);
  }
}

TEST(ScriptObjects, TimerStartsWithItsFirstUser) {
  ScenarioRun run;
  ScriptObjects objects(scenario({}), *run.machine);
  ScriptTimer& timer = objects.timers[objects.timer_number("t")];
  EXPECT_FALSE(timer.is_started());
  timer.next = Instant();
  EXPECT_TRUE(objects.timers[objects.timer_number("t")].is_started());
}

TEST(ScriptObjects, SemaphoreStartsWithItsValueOrZero) {
  ScenarioRun run;
  Scenario with_values = scenario({});
  with_values.semaphores["slots"] = 4;
  ScriptObjects objects(with_values, *run.machine);
  EXPECT_EQ(objects.semaphores[objects.semaphore_number("slots")].value(), 4U);
  EXPECT_EQ(objects.semaphores[objects.semaphore_number("other")].value(), 0U);
}

TEST(ScriptObjects, BarrierHasAsManyPartiesAsInstancesThatNameIt) {
  ScenarioRun run;
  Task twice = task("a", {BarrierEvent{"b"}, RunEvent{1_ms}, BarrierEvent{"b"}});
  twice.instances = 3;
  Task forked = task("c", {BarrierEvent{"b"}});
  forked.instances = 0;
  const Scenario tasks = scenario({twice, task("d", {BarrierEvent{"b"}, BarrierEvent{"e"}}), forked});
  EXPECT_EQ(barrier_parties(tasks).find("b")->second, 4U);
  EXPECT_EQ(barrier_parties(tasks).find("e")->second, 1U);
  ScriptObjects objects(tasks, *run.machine);
  EXPECT_EQ(objects.barriers[objects.barrier_number("b")].parties(), 4U);
}

}  // namespace signalbox::script_objects_test
