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

}  // namespace signalbox::rt_test
