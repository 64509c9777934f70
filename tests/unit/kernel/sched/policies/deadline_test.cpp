#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::deadline_test {

DriverJob reserved(std::string name, Duration runtime, Duration deadline, Duration period, Duration run) {
  DriverJob made{.name = std::move(name), .arrival = {}, .steps = {{run, {}}}};
  made.attributes.sched_class = SchedClass::deadline;
  made.attributes.runtime = runtime;
  made.attributes.deadline = deadline;
  made.attributes.period = period;
  return made;
}

TEST(Deadline, TheEarliestDeadlineRunsFirst) {
  PolicyDriver driver("deadline", {});
  driver.add(reserved("A", 5_ms, 20_ms, 20_ms, 5_ms));
  driver.add(reserved("B", 2_ms, 10_ms, 10_ms, 2_ms));
  driver.run();
  EXPECT_EQ(driver.gantt(), "B2 A5");
}

TEST(Deadline, YieldGivesTheRestOfTheBudgetUp) {
  PolicyDriver driver("deadline", {});
  DriverJob job = reserved("A", 4_ms, 10_ms, 10_ms, 1_ms);
  job.steps = {{1_ms, {}, true}, {1_ms, {}}};
  driver.add(job);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 -9 A1");
}

// update_dl_entity: 3 of 4 ms left until a deadline 1 ms away would be more than 4 of 10.
TEST(Deadline, WhoWakesLateBeginsANewPeriod) {
  PolicyDriver driver("deadline", {});
  DriverJob job = reserved("A", 4_ms, 10_ms, 10_ms, 1_ms);
  job.steps = {{1_ms, 8_ms}, {4_ms, {}}};
  driver.add(job);
  driver.add(reserved("B", 4_ms, 8_ms, 30_ms, 1_ms));
  driver.run();
  EXPECT_EQ(driver.task(0).longest_wait, 1_ms);  // at first, behind B; at 10 ms with a new deadline at once
  EXPECT_EQ(driver.task(0).finish, Instant() + 14_ms);
}

TEST(Deadline, ThreadsWithoutReservationFillWhatIsLeft) {
  PolicyDriver driver("deadline", {});
  driver.add(reserved("A", 2_ms, 10_ms, 10_ms, 4_ms));
  driver.add({.name = "B", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A2 B8 A2 B2");
}

}  // namespace signalbox::deadline_test
