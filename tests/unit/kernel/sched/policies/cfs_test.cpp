#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::cfs_test {

// fair.c, place_entity: half of the latency (6 ms on one CPU) is the sleeper's credit, however long it slept.
TEST(Cfs, SleeperIsCreditedHalfALatency) {
  PolicyDriver driver("cfs", {});
  driver.add(hog("A"));
  driver.add({.name = "B", .arrival = {}, .steps = {{1_ms, 1_s}, {1000_s, {}}}});
  driver.run(Instant() + 1_s);
  const Instant woke = driver.task(1).ready_since;
  driver.run(woke);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(1).entity);
  driver.run(woke + 3_ms);
  EXPECT_EQ(driver.task(1).ran, 4_ms);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(0).entity);
}

// fair.c, wakeup_preempt_entity: a lead of no more than the granularity (1 ms) does not preempt.
TEST(Cfs, ShortSleeperDoesNotPreempt) {
  PolicyDriver driver("cfs:wakeup_granularity=5ms", {});
  driver.add(hog("A"));
  driver.add({.name = "B", .arrival = {}, .steps = {{1_ms, 100_ms}, {1_ms, {}}}});
  driver.run(Instant() + 1_s);
  EXPECT_GT(driver.task(1).longest_wait, Duration());
}

TEST(Cfs, IdleClassIsPreemptedAtOnce) {
  PolicyDriver driver("cfs", {});
  DriverJob idle = hog("I", idle_weight);
  idle.attributes.sched_class = SchedClass::idle;
  driver.add(idle);
  driver.add({.name = "B", .arrival = {}, .steps = {{100_us, 5_ms}, {1_ms, {}}}});
  driver.run(Instant() + 1_ms);
  const Instant wakes = driver.task(1).ready_since;
  driver.run(wakes);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(1).entity);
}

TEST(Cfs, YieldingLetsTheSecondRun) {
  PolicyDriver driver("cfs", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{500_us, {}, true}, {1_s, {}}}});
  driver.add(hog("B"));
  driver.run(Instant() + 600_us);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(1).entity);
}

}  // namespace signalbox::cfs_test
