#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::fcfs_test {

TEST(Fcfs, WhoWaitedGoesToTheTail) {
  PolicyDriver driver("fcfs", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, 1_ms}, {1_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{3_ms, {}}}});
  driver.add({.name = "C", .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B3 C1 A1");
}

}  // namespace signalbox::fcfs_test
