#include <gtest/gtest.h>

#include "kernel/sched/policies/ule_thread.hpp"
#include "tests/support/interactive_job.hpp"

namespace signalbox::ule_test {

DriverJob classed(DriverJob job, SchedClass sched_class, int priority_or_nice = 0) {
  job.attributes.sched_class = sched_class;
  if (sched_class == SchedClass::other) {
    job.attributes.nice = static_cast<std::int8_t>(priority_or_nice);
  } else {
    job.attributes.realtime_priority = static_cast<std::uint8_t>(priority_or_nice);
  }
  return job;
}

// First the shortest slice (2 ticks), then 12 ticks for two, and 6 for three.
TEST(Ule, SlicesAreSharedByTheLoad) {
  PolicyDriver driver("ule", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + ule::stat_tick * 52);
  EXPECT_EQ(driver.gantt(ule::stat_tick), "A2 B2 A12 B12 A12 B12");
  driver.add({.name = "C", .arrival = driver.now(), .steps = {{1000_s, {}}}});
  driver.run(Instant() + ule::stat_tick * 90);
  const auto& slices = driver.slices();
  ASSERT_EQ(slices.size(), 13U);
  EXPECT_EQ(slices[6].task, &driver.task(2));
  EXPECT_EQ(slices[6].to - slices[6].from, ule::stat_tick * 2);
  for (std::size_t i = 7; i < slices.size(); ++i) EXPECT_EQ(slices[i].to - slices[i].from, ule::stat_tick * 6) << i;
}

// A job of 2 ms in 50 has a score of 2. Its first burst counts as a hog's; from its second on it never waits.
TEST(Ule, InteractiveThreadRunsWhenItWakes) {
  InteractiveJob job("ule");
  EXPECT_EQ(job.longest_wait(Instant() + 1_s, Instant() + 20_s), Duration());
  EXPECT_EQ(job.entity().state<ule::State>().user_pri, ule::pri_min_interact + 2);
}

// Who sleeps a little is batch, and by nice 10 behind the hog; but it comes to the head of the calendar when it wakes,
// and the hog gives way.
TEST(Ule, BatchThreadIsBoostedWhenItWakes) {
  PolicyDriver driver("ule", {});
  driver.add(hog("A"));
  DriverJob job{.name = "B", .arrival = Instant() + 100_ms, .steps = {}};
  for (int i = 0; i < 50; ++i) job.steps.push_back({10_ms, 10_ms});
  job.attributes.nice = 10;
  driver.add(job);
  driver.run(Instant() + 1_s);
  EXPECT_GT(driver.task(1).entity.state<ule::State>().user_pri, driver.task(0).entity.state<ule::State>().user_pri);
  driver.run(Instant() + 1200_ms);
  EXPECT_GE(driver.task(1).entity.state<ule::State>().user_pri, ule::pri_min_batch);
  EXPECT_EQ(driver.task(1).longest_wait, Duration());
}

// The calendar: nice 19 is put 16 slots farther ahead than nice 0, but its turn comes.
TEST(Ule, NiceHogHasLessButDoesNotStarve) {
  PolicyDriver driver("ule", {});
  driver.add(classed(hog("A"), SchedClass::other, 0));
  driver.add(classed(hog("B"), SchedClass::other, 19));
  driver.run(Instant() + 30_s);
  EXPECT_LT(driver.task(1).ran, driver.task(0).ran);
  EXPECT_GT(driver.task(1).ran, 3_s);
  EXPECT_LT(driver.task(1).longest_wait, 1_s);
}

TEST(Ule, ManyHogsShareEqually) {
  PolicyDriver driver("ule", {.cpus = 2});
  for (int i = 0; i < 20; ++i) driver.add(hog(fmt::format("{}", i)));
  driver.run(Instant() + 20_s);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(driver.task(i).ran.seconds(), 2.0, 0.1) << i;
}

TEST(Ule, RealTimeFirstAndIdleLast) {
  PolicyDriver driver("ule", {});
  driver.add(classed({.name = "I", .arrival = {}, .steps = {{20_ms, {}}}}, SchedClass::idle));
  driver.add(classed({.name = "B", .arrival = {}, .steps = {{10_ms, {}}}}, SchedClass::other));
  driver.add(classed({.name = "F", .arrival = {}, .steps = {{200_ms, {}}}}, SchedClass::fifo, 10));
  driver.add(classed({.name = "R", .arrival = {}, .steps = {{10_ms, {}}}}, SchedClass::round_robin, 90));
  driver.run();
  EXPECT_EQ(driver.gantt(), "R10 F200 B10 I20");
}

TEST(Ule, PreemptedThreadKeepsItsTurn) {
  PolicyDriver driver("ule", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.add(classed({.name = "R", .arrival = Instant() + ule::stat_tick * 8, .steps = {{ule::stat_tick * 3, {}}}},
                     SchedClass::fifo, 1));
  driver.run(Instant() + ule::stat_tick * 31);
  EXPECT_EQ(driver.gantt(ule::stat_tick), "A2 B2 A4 R3 A8 B12");
}

}  // namespace signalbox::ule_test
