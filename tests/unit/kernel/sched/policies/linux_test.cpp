#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_test {

DriverJob job(std::string name, SchedClass sched_class, int priority, Duration run, Duration arrival = {}) {
  DriverJob made{.name = std::move(name), .arrival = Instant() + arrival, .steps = {{run, {}}}};
  made.attributes.sched_class = sched_class;
  made.attributes.realtime_priority = static_cast<std::uint8_t>(priority);
  return made;
}

TEST(LinuxPolicy, ClassesComeInOrder) {
  PolicyDriver driver("linux", {});
  driver.add(job("fair", SchedClass::other, 0, 4_ms));
  driver.add(job("fifo", SchedClass::fifo, 50, 3_ms, 1_ms));
  DriverJob deadline = job("dl", SchedClass::deadline, 0, 1_ms, 2_ms);
  deadline.attributes.runtime = 5_ms;
  deadline.attributes.deadline = deadline.attributes.period = 100_ms;
  driver.add(deadline);
  driver.run();
  EXPECT_EQ(driver.gantt(), "fair1 fifo1 dl1 fifo2 fair3");
  EXPECT_TRUE(driver.violations().empty());
}

// deadline.c, fair_server: after 950 ms of waiting, 50 ms of each second.
TEST(LinuxPolicy, TheFairServerGivesFairThreadsATwentieth) {
  PolicyDriver driver("linux", {});
  driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
  driver.add(job("fair", SchedClass::other, 0, 1000_s));
  driver.run(Instant() + 10_s);
  EXPECT_NEAR(driver.task(1).ran.seconds(), 0.5, 0.01);
  EXPECT_EQ(*driver.task(1).first_run, Instant() + 950_ms);
}

TEST(LinuxPolicy, WithoutTheFairServerRealTimeThreadsStarveFairOnes) {
  PolicyDriver driver("linux:fair_server=false", {});
  driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
  driver.add(job("fair", SchedClass::other, 0, 1000_s));
  driver.run(Instant() + 10_s);
  EXPECT_EQ(driver.task(1).ran, Duration());
}

TEST(LinuxPolicy, AThreadThatChangesItsClassWhileItRunsGoesOnInTheNewOne) {
  PolicyDriver driver("linux", {});
  driver.add(job("A", SchedClass::other, 0, 100_ms));
  driver.add(job("B", SchedClass::other, 0, 100_ms));
  driver.run(Instant() + 10_ms);
  SchedAttributes urgent;
  urgent.sched_class = SchedClass::fifo;
  urgent.realtime_priority = 1;
  driver.change_attributes(0, urgent);
  driver.run();
  EXPECT_LE(driver.task(0).finish, Instant() + 108_ms);
  EXPECT_TRUE(driver.violations().empty());
}

TEST(LinuxPolicy, FairSharesFollowWeightsOnACpu) {
  PolicyDriver driver("linux", {});
  for (const int nice : {0, 5}) {
    DriverJob made = job("fair", SchedClass::other, 0, 1000_s);
    made.attributes.nice = static_cast<std::int8_t>(nice);
    driver.add(made);
  }
  driver.run(Instant() + 10_s);
  EXPECT_NEAR(driver.task(0).ran.seconds() / driver.task(1).ran.seconds(), 1024.0 / 335.0, 0.05);
}

}  // namespace signalbox::linux_test
