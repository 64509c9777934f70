#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::cfs_test {

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, figure 9.4: with a latency of 48 ms, four jobs run 12 ms each,
// and when two are left, 24 ms each. Who is new starts a slice late in Linux, so the first round is not looked at.
TEST(Cfs, OstepSlicesDivideTheLatency) {
  PolicyDriver driver("cfs:latency=48ms,min_granularity=6ms", {});
  for (const char* const name : {"A", "B", "C", "D"}) driver.add(hog(name));
  driver.run(Instant() + 480_ms);
  const auto& slices = driver.slices();
  for (std::size_t i = 4; i + 1 < slices.size(); ++i) EXPECT_EQ(slices[i].to - slices[i].from, 12_ms) << i;
}

// Section 9.7, Weighting: nice -5 beside nice 0 gets three quarters of the latency.
TEST(Cfs, OstepWeightedSlices) {
  PolicyDriver driver("cfs:latency=48ms,min_granularity=6ms", {});
  driver.add(hog("A", nice_weight(-5)));
  driver.add(hog("B", nice_weight(0)));
  driver.run(Instant() + 10_s);
  EXPECT_NEAR(driver.task(0).ran.seconds() / 10, 3121.0 / (3121 + 1024), 0.005);
}

TEST(Cfs, ManyEntitiesGetTheMinimumGranularity) {
  PolicyDriver driver("cfs", {});
  for (int i = 0; i < 20; ++i) driver.add(hog(fmt::format("{}", i)));
  driver.run(Instant() + 300_ms);
  const auto& slices = driver.slices();
  for (std::size_t i = 20; i + 1 < slices.size(); ++i) EXPECT_EQ(slices[i].to - slices[i].from, 750_us) << i;
}

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
