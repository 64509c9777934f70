#include <gtest/gtest.h>

#include "tests/support/periodic_tasks.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox::edf_test {

TEST(Edf, OverloadMisses) { EXPECT_GT(misses("edf", {{3_ms, 5_ms}, {4_ms, 7_ms}}, 1_s), 0U); }

TEST(Edf, WithoutDeadlineRunsInTheBackground) {
  PolicyDriver driver("edf", {});
  driver.add(hog("B"));
  DriverJob urgent{.name = "D", .arrival = Instant() + 2_ms, .steps = {{1_ms, {}}}};
  urgent.attributes.deadline = 10_ms;
  driver.add(urgent);
  driver.run(Instant() + 5_ms);
  EXPECT_EQ(driver.gantt(), "B2 D1 B2");
}

// Waiting within a period (for a lock, say) continues the job, so its deadline stays.
TEST(Edf, WaitingWithinAPeriodKeepsTheDeadline) {
  PolicyDriver driver("edf", {});
  DriverJob first{.name = "A", .arrival = {}, .steps = {{1_ms, 1_ms}, {1_ms, {}}}};
  first.attributes.deadline = 10_ms;
  first.attributes.period = 20_ms;
  DriverJob second{.name = "B", .arrival = Instant() + 500_us, .steps = {{5_ms, {}}}};
  second.attributes.deadline = 10_ms;
  driver.add(first);
  driver.add(second);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B1 A1 B4");
}

}  // namespace signalbox::edf_test
