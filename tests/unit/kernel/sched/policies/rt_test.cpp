#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::rt_test {

DriverJob job(std::string name, SchedClass sched_class, int priority, Duration run, Duration arrival = {}) {
  DriverJob made{.name = std::move(name), .arrival = Instant() + arrival, .steps = {{run, {}}}};
  made.attributes.sched_class = sched_class;
  made.attributes.realtime_priority = static_cast<std::uint8_t>(priority);
  return made;
}

TEST(Rt, RoundRobinTurnsEachIntervalAndFifoNever) {
  PolicyDriver driver("rt:interval=2ms", {});
  driver.add(job("A", SchedClass::round_robin, 10, 4_ms));
  driver.add(job("B", SchedClass::round_robin, 10, 4_ms));
  driver.add(job("C", SchedClass::fifo, 10, 4_ms));
  driver.run();
  EXPECT_EQ(driver.gantt(), "A2 B2 C4 A2 B2");
}

TEST(Rt, AnIntervalThatWasInterruptedIsContinued) {
  PolicyDriver driver("rt:interval=2ms", {});
  driver.add(job("A", SchedClass::round_robin, 10, 4_ms));
  driver.add(job("B", SchedClass::round_robin, 10, 2_ms));
  driver.add(job("C", SchedClass::fifo, 20, 1_ms, 1_ms));
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 C1 A1 B2 A2");
}

TEST(Rt, OtherClassesComeLast) {
  PolicyDriver driver("rt", {});
  driver.add(job("A", SchedClass::other, 0, 3_ms));
  driver.add(job("B", SchedClass::fifo, 1, 2_ms, 1_ms));
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B2 A2");
}

// sched(7): kernel.sched_rt_runtime_us of each kernel.sched_rt_period_us.
TEST(Rt, TheLimitLeavesTheRestOfEachSecondToOthers) {
  PolicyDriver driver("rt:rt_limit=950ms", {});
  driver.add(job("A", SchedClass::fifo, 50, 10_s));
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 3_s);
  EXPECT_EQ(driver.gantt(), "A950 B50 A950 B50 A950 B50");
}

TEST(Rt, ALimitIsOfThePeriodAndNotOfAStretch) {
  PolicyDriver driver("rt:rt_limit=950ms", {});
  DriverJob sleeper = job("A", SchedClass::fifo, 50, {});
  sleeper.steps = {{600_ms, 300_ms}, {10_s, {}}};
  driver.add(sleeper);
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 3_s);
  EXPECT_EQ(driver.gantt(), "A600 B300 A1050 B50 A950 B50");
}

// A fair thread of a long slice runs when the second is over.
TEST(Rt, TheLimitIsRenewedInTheMiddleOfAFairThreadsSlice) {
  PolicyDriver driver("linux:rt_limit=970ms,fair_server=false,base_slice=100ms", {});
  driver.add(job("A", SchedClass::fifo, 50, 10_s));
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 3_s);
  EXPECT_EQ(driver.gantt(), "A970 B30 A970 B30 A970 B30");
}

// rt.c, do_sched_rt_period_timer: it goes on while somebody waits, whom a deadline thread kept from running all
// through.
TEST(Rt, TheLimitsPeriodGoesOnWhileSomebodyWaits) {
  PolicyDriver driver("linux:rt_limit=950ms,fair_server=false", {});
  DriverJob first = job("D", SchedClass::deadline, 0, 1500_ms);
  first.attributes.runtime = 1500_ms;
  first.attributes.deadline = first.attributes.period = 4_s;
  driver.add(first);
  driver.add(job("A", SchedClass::fifo, 50, 10_s, 100_ms));
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 4_s);
  EXPECT_EQ(driver.gantt(50_ms), "D30 A31 B1 A18");  // periods end at 1.1, 2.1 and 3.1 s
}

// What it ran before its class changed is its class's of then.
TEST(Rt, TheLimitCountsWhoLeavesTheClass) {
  PolicyDriver driver("rt:rt_limit=950ms", {});
  driver.add(job("A", SchedClass::fifo, 50, 10_s));
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 1500_ms);
  driver.change_attributes(0, {});
  driver.add(job("C", SchedClass::fifo, 50, 10_s, 1500_ms));
  driver.run(Instant() + 4_s);
  EXPECT_EQ(driver.task(2).ran, 450_ms + 2 * 950_ms);
}

// Before 6.12 a CPU idles rather than let real-time threads exceed their limit.
TEST(Rt, TheLimitHoldsBesideNobodyToo) {
  PolicyDriver driver("rt:rt_limit=900ms", {});
  driver.add(job("A", SchedClass::round_robin, 50, 2_s));
  driver.run();
  EXPECT_EQ(driver.gantt(), "A900 -100 A900 -100 A200");
}

TEST(Rt, TheLimitIsEachCpus) {
  PolicyDriver driver("rt:rt_limit=600ms", {.cpus = 2});
  DriverJob first = job("A", SchedClass::fifo, 50, 10_s);
  first.cpus = {0};
  driver.add(first);
  driver.add(job("B", SchedClass::other, 0, 10_s));
  driver.run(Instant() + 2_s);
  EXPECT_EQ(driver.gantt(), "A600 -400 A600");
  EXPECT_EQ(driver.task(1).ran, 2_s);
}

}  // namespace signalbox::rt_test
