#include <gtest/gtest.h>

#include "tests/support/interactive_job.hpp"

namespace signalbox::linux_o1_test {

DriverJob nice_hog(const std::string& name, int nice) {
  DriverJob job = hog(name);
  job.attributes.nice = static_cast<std::int8_t>(nice);
  return job;
}

DriverJob realtime_hog(const std::string& name, SchedClass sched_class, std::uint8_t priority, Duration run) {
  DriverJob job{.name = name, .arrival = {}, .steps = {{run, {}}}};
  job.attributes.sched_class = sched_class;
  job.attributes.realtime_priority = priority;
  return job;
}

// Everybody has a slice by its nice value, and nobody a second one before all have had theirs: the arrays.
TEST(LinuxO1, RoundsOfSlicesByNice) {
  PolicyDriver driver("linux_o1", {});
  driver.add(nice_hog("A", 0));
  driver.add(nice_hog("B", 10));
  driver.add(nice_hog("C", -1));
  driver.run(Instant() + 1200_ms);
  EXPECT_EQ(driver.gantt(), "C420 A100 B50 C420 A100 B50 C60");
}

TEST(LinuxO1, OneAloneGoesOn) {
  PolicyDriver driver("linux_o1", {});
  driver.add(nice_hog("A", 0));
  driver.run(Instant() + 350_ms);
  driver.add({.name = "B", .arrival = Instant() + 350_ms, .steps = {{10_ms, {}}}});
  driver.run(Instant() + 500_ms);
  EXPECT_EQ(driver.gantt(), "A400 B10 A90");
}

// A job of 2 ms in 50: its sleep soon makes it interactive, and then it never waits.
TEST(LinuxO1, SleeperPreemptsHogsWhenItWakes) {
  EXPECT_EQ(InteractiveJob("linux_o1").longest_wait(Instant() + 1_s, Instant() + 20_s), Duration());
  // Under round robin it waits for the quanta of all.
  EXPECT_GE(InteractiveJob("round_robin:quantum=100ms").longest_wait(Instant() + 1_s, Instant() + 20_s), 300_ms);
}

// Who used its slice but is interactive goes back into the active array, and turns with its equals every granularity.
TEST(LinuxO1, InteractiveEqualsTurnByGranularity) {
  PolicyDriver driver("linux_o1", {});
  for (const char* const name : {"A", "B"})
    driver.add({.name = name, .arrival = {}, .steps = {{1_ms, 750_ms}, {90_ms, {}}}});
  driver.run();
  // They wake with a sleep_avg of 1 s, bonus 10: a turn ends with every 10 ms of the slice, of which 1 is used.
  EXPECT_EQ(driver.gantt(), "A1 B1 -749 A9 B9 A10 B10 A10 B10 A10 B10 A10 B10 A10 B10 A10 B10 A10 B10 A10 B10 A1 B1");
}

// EXPIRED_STARVING: three interactive jobs, which would take 150 % of the CPU, keep the expired one waiting for a
// second for each of the four that compete and until their own slices are over, not for ever.
TEST(LinuxO1, ExpiredOneDoesNotStarve) {
  PolicyDriver driver("linux_o1", {});
  driver.add(hog("hog"));
  for (int i = 0; i < 3; ++i) {
    DriverJob job{.name = fmt::format("I{}", i), .arrival = {}, .steps = {{1_ms, 700_ms}}};
    for (int step = 0; step < 2000; ++step) job.steps.push_back({12_ms, 12_ms});
    driver.add(job);
  }
  driver.run(Instant() + 10_s);
  const Duration before = driver.task(0).ran;
  driver.run(Instant() + 30_s);
  EXPECT_GE(driver.task(0).ran - before, 300_ms);
  EXPECT_LT(driver.task(0).longest_wait, 5_s);
}

TEST(LinuxO1, RealTimeComesFirst) {
  PolicyDriver driver("linux_o1", {});
  driver.add(nice_hog("N", -20));
  driver.add(realtime_hog("F", SchedClass::fifo, 10, 300_ms));
  driver.add(realtime_hog("G", SchedClass::fifo, 10, 100_ms));
  driver.add(realtime_hog("R", SchedClass::round_robin, 5, 150_ms));
  driver.add(realtime_hog("S", SchedClass::round_robin, 5, 150_ms));
  driver.run(Instant() + 750_ms);
  EXPECT_EQ(driver.gantt(), "F300 G100 R100 S100 R50 S50 N50");
}

// sys_sched_yield: to the expired array, behind all who have a slice left.
TEST(LinuxO1, YieldWaitsForTheOthersSlices) {
  PolicyDriver driver("linux_o1", {});
  driver.add({.name = "Y", .arrival = {}, .steps = {{10_ms, {}, true}, {10_ms, {}}}});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 300_ms);
  EXPECT_EQ(driver.gantt(), "Y10 A100 B100 Y10 A80");
}

TEST(LinuxO1, BetterNicePreemptsAtOnce) {
  PolicyDriver driver("linux_o1", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 30_ms);
  SchedAttributes better;
  better.nice = -5;
  driver.change_attributes(1, better);
  driver.run(Instant() + 60_ms);
  EXPECT_EQ(driver.gantt(), "A30 B30");
}

TEST(LinuxO1, OnAMachineThatTicksSlicesEndAtTicks) {
  PolicyDriver driver("linux_o1", {.tick = 40_ms});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 240_ms);
  EXPECT_EQ(driver.gantt(), "A120 B120");
}

}  // namespace signalbox::linux_o1_test
