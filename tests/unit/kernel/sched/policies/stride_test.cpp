#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::stride_test {

// Waldspurger and Weihl, Stride Scheduling, 1995, on clients that leave and join: who waits comes back at the distance
// from the global pass that it left with, neither owed for its absence nor punished.
TEST(Stride, SleeperKeepsItsDistance) {
  PolicyDriver driver("stride:quantum=1ms", {});
  driver.add(hog("A"));
  driver.add({.name = "B", .arrival = {}, .steps = {{10_ms, 1_s}, {1000_s, {}}}});
  driver.run(Instant() + 1100_ms);
  const Duration before = driver.task(1).ran;
  driver.run(Instant() + 1200_ms);
  EXPECT_NEAR((driver.task(1).ran - before).seconds(), 0.05, 0.002);
}

}  // namespace signalbox::stride_test
