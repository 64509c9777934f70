#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_test {

DriverJob job(std::string name, SchedClass sched_class, int priority, Duration run, Duration arrival = {}) {
  DriverJob made{.name = std::move(name), .arrival = Instant() + arrival, .steps = {{run, {}}}};
  made.attributes.sched_class = sched_class;
  made.attributes.realtime_priority = static_cast<std::uint8_t>(priority);
  return made;
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

}  // namespace signalbox::linux_test
