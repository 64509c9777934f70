#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::lottery_test {

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, section 9.4: of two equal jobs, the first to finish divided by
// the second comes near 1 as they grow long.
TEST(Lottery, OstepUnfairnessOfShortJobsVanishes) {
  const auto mean_fairness = [](std::int64_t quanta) {
    double sum = 0;
    constexpr std::uint64_t runs = 50;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      PolicyDriver driver("lottery:quantum=10ms", {.seed = seed});
      for (const char* const name : {"A", "B"})
        driver.add({.name = name, .arrival = {}, .steps = {{10_ms * quanta, {}}}});
      driver.run();
      const double first = std::min(driver.task(0).finish, driver.task(1).finish).since_start().seconds();
      sum += first / std::max(driver.task(0).finish, driver.task(1).finish).since_start().seconds();
    }
    return sum / runs;
  };
  EXPECT_LT(mean_fairness(2), 0.85);
  EXPECT_GT(mean_fairness(1000), 0.95);
}

}  // namespace signalbox::lottery_test
