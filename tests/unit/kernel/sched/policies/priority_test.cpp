#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::priority_test {

DriverJob job_of(std::string name, std::int64_t arrival_ms, std::int64_t run_ms, int nice) {
  DriverJob job{.name = std::move(name), .arrival = Instant() + 1_ms * arrival_ms, .steps = {{1_ms * run_ms, {}}}};
  job.attributes.nice = static_cast<std::int8_t>(nice);
  return job;
}

TEST(Priority, RealTimeComesBeforeNiceAndIdleLast) {
  PolicyDriver driver("priority", {});
  DriverJob idle = job_of("I", 0, 1, -20);
  idle.attributes.sched_class = SchedClass::idle;
  DriverJob low = job_of("L", 0, 1, 0);
  low.attributes.sched_class = SchedClass::fifo;
  low.attributes.realtime_priority = 1;
  DriverJob high = low;
  high.name = "H";
  high.attributes.sched_class = SchedClass::round_robin;
  high.attributes.realtime_priority = 99;
  for (const DriverJob& job : {idle, job_of("N", 0, 1, -20), job_of("P", 0, 1, 19), low, high}) driver.add(job);
  driver.run();
  EXPECT_EQ(driver.gantt(), "H1 L1 N1 P1 I1");
}

TEST(Priority, PreemptedComesBackBeforeItsEquals) {
  PolicyDriver driver("priority", {});
  for (const DriverJob& job : {job_of("A", 0, 4, 0), job_of("B", 0, 4, 0), job_of("C", 2, 1, -1)}) driver.add(job);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A2 C1 A2 B4");
}

TEST(Priority, NotPreemptiveWaitsForTheEndOfTheBurst) {
  PolicyDriver driver("priority:preemptive=false", {});
  for (const DriverJob& job : {job_of("A", 0, 4, 0), job_of("B", 0, 4, 0), job_of("C", 2, 1, -1)}) driver.add(job);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A4 C1 B4");
}

// Three levels apart: who waits has passed the running one after four intervals.
TEST(Priority, AgedOneTakesTheCpuAtTheExactInstant) {
  PolicyDriver driver("priority:aging=5ms", {});
  driver.add(job_of("A", 0, 1000, 0));
  driver.add(job_of("B", 0, 1, 3));
  driver.run();
  EXPECT_EQ(driver.task(1).first_run, Instant() + 20_ms);
}

TEST(Priority, WithoutAgingTheLowerStarves) {
  PolicyDriver driver("priority", {});
  driver.add(job_of("A", 0, 1000, 0));
  driver.add(job_of("B", 0, 1, 3));
  driver.run();
  EXPECT_EQ(driver.task(1).first_run, Instant() + 1_s);
}

TEST(Priority, AgingNeverReachesRealTime) {
  PolicyDriver driver("priority:aging=1ms", {});
  DriverJob realtime = job_of("R", 0, 5000, 0);
  realtime.attributes.sched_class = SchedClass::fifo;
  realtime.attributes.realtime_priority = 1;
  driver.add(realtime);
  driver.add(job_of("B", 0, 1, -20));
  driver.run();
  EXPECT_EQ(driver.gantt(), "R5000 B1");
}

TEST(Priority, RaisedWhileQueuedPreempts) {
  PolicyDriver driver("priority", {});
  driver.add(job_of("A", 0, 4, 0));
  driver.add(job_of("B", 0, 4, 5));
  driver.run(Instant() + 1_ms);
  SchedAttributes raised;
  raised.nice = -5;
  driver.change_attributes(1, raised);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B4 A3");
}

TEST(Priority, LoweredWhileRunningGivesWay) {
  PolicyDriver driver("priority", {});
  driver.add(job_of("A", 0, 4, 0));
  driver.add(job_of("B", 0, 4, 5));
  driver.run(Instant() + 1_ms);
  SchedAttributes lowered;
  lowered.nice = 10;
  driver.change_attributes(0, lowered);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B4 A3");
}

}  // namespace signalbox::priority_test
