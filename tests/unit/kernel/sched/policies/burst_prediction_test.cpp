#include "kernel/sched/policies/burst_prediction.hpp"

#include <gtest/gtest.h>

#include "kernel/sched/policies/shortest_first.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox::burst_prediction_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, figure 5.4: with alpha 1/2 and a first guess
// of 10, bursts of 6, 4, 6, 4, 13, 13, 13 are predicted as 10, 8, 6, 6, 5, 9, 11, and 12 next.
TEST(BurstPrediction, AverageFollowsSilberschatzFigure) {
  PolicyDriver driver("sjf:predict=ewma,first_guess=10ms", {});
  DriverJob job{.name = "A", .arrival = {}, .steps = {}};
  const std::vector<std::int64_t> bursts{6, 4, 6, 4, 13, 13, 13, 1};
  for (const std::int64_t burst : bursts) job.steps.push_back({1_ms * burst, 1_ms});
  driver.add(job);
  const std::vector<std::int64_t> predicted{10, 8, 6, 6, 5, 9, 11, 12};
  Instant at;
  for (std::size_t i = 0; i < bursts.size(); ++i) {
    driver.run(at);
    EXPECT_EQ(driver.task(0).entity.state<ShortestFirstState>().burst.average, 1_ms * predicted[i]) << i;
    at += 1_ms * (bursts[i] + 1);
  }
}

TEST(BurstPrediction, OracleFallsBackToTheAverageOfWhoDeclaresNothing) {
  PolicyDriver driver("sjf:first_guess=5ms", {});
  DriverJob unknown{.name = "U", .arrival = {}, .steps = {{20_ms, {}}}};
  unknown.declares_bursts = false;
  driver.add({.name = "L", .arrival = {}, .steps = {{6_ms, {}}}});
  driver.add(unknown);
  driver.add({.name = "S", .arrival = {}, .steps = {{4_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "S4 U20 L6");
}

}  // namespace signalbox::burst_prediction_test
