#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::sjf_test {

TEST(Sjf, AShorterOneThatComesWaitsForTheEndOfTheBurst) {
  EXPECT_EQ(PolicyTable("sjf", {{"A", 0, 5}, {"B", 0, 6}, {"C", 1, 1}}).gantt(), "A5 C1 B6");
}

TEST(Sjf, PredictsByTheAverageOfPastBursts) {
  PolicyDriver driver("sjf:predict=ewma,first_guess=6ms", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{2_ms, 5_ms}, {9_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{6_ms, {}}}});
  driver.add({.name = "C", .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  // At 8 A is taken for (6 + 2) / 2, C, which never ran, for 6.
  EXPECT_EQ(driver.gantt(), "A2 B6 A9 C1");
}

}  // namespace signalbox::sjf_test
