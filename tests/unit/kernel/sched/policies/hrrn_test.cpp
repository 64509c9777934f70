#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::hrrn_test {

// Brinch Hansen's reason for it: the long one starves under sjf while short ones keep coming. It waits for 6 others
// here, until (9 + 8) / 8 beats (1 + 1) / 1 and then equals it; computed by hand.
TEST(Hrrn, TheLongOneIsNotOvertakenForEver) {
  std::vector<TableRow> rows{{"A", 0, 1}, {"L", 0, 8}};
  for (std::int64_t i = 0; i < 20; ++i) rows.push_back({"S", i, 1});
  EXPECT_EQ(PolicyTable("sjf", rows).finishes()[1], 29);
  EXPECT_LT(PolicyTable("hrrn", rows).finishes()[1], 20);
}

TEST(Hrrn, PredictsByTheAverageOfPastBursts) {
  PolicyDriver driver("hrrn:predict=ewma,first_guess=8ms", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{2_ms, 4_ms}, {9_ms, {}}}});
  driver.add({.name = "B", .arrival = Instant() + 2_ms, .steps = {{6_ms, {}}}});
  driver.add({.name = "C", .arrival = Instant() + 5_ms, .steps = {{1_ms, {}}}});
  driver.run();
  // At 8: C has waited 3 of a predicted 8, A 2 of (2 + 8) / 2.
  EXPECT_EQ(driver.gantt(), "A2 B6 A9 C1");
}

TEST(Hrrn, WhoChangesWhileItWaitsHasWaitedAllTheSame) {
  PolicyDriver driver("hrrn", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.add({.name = "C", .arrival = Instant() + 5_ms, .steps = {{10_ms, {}}}});
  driver.run(Instant() + 9_ms);
  SchedAttributes nicer;
  nicer.nice = 5;
  driver.change_attributes(1, nicer);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A10 B10 C10");
}

}  // namespace signalbox::hrrn_test
