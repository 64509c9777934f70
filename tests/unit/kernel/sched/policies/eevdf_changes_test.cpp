#include <gtest/gtest.h>

#include "kernel/sched/policies/eevdf.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox::eevdf_changes_test {

TEST(EevdfChanges, LagSurvivesAChangeOfWeightInProportion) {
  PolicyDriver driver("eevdf", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 10_ms);
  driver.change_weight(0, 2048);
  driver.run(Instant() + 310_ms);
  EXPECT_NEAR((driver.task(0).ran - 5_ms).seconds(), 0.2, 0.002);
}

// One that sleeps ahead of its share, beside a hog: its change ends the delay, and it keeps what it owes.
TEST(EevdfChanges, ADelayedSleeperThatChangesWaitsWithItsDebt) {
  PolicyDriver driver("eevdf", {});
  driver.add({.name = "S", .arrival = {}, .steps = {{300_us, 50_ms}, {10_ms, {}}}});
  driver.add(hog("A"));
  driver.run(Instant() + 301_us);
  const auto& state = driver.task(0).entity.state<EevdfState>();
  ASSERT_TRUE(state.is_delayed);
  driver.change_weight(0, 2048);
  EXPECT_FALSE(state.is_delayed);
  EXPECT_FALSE(state.is_competing);
  EXPECT_EQ(state.lag, -149'500);  // V is (300 + 1) / 2 us, it is at 300
}

}  // namespace signalbox::eevdf_changes_test
