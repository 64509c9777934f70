#include <gtest/gtest.h>

#include <cmath>

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

// Waldspurger and Weihl, Lottery Scheduling, section 5.1: shares follow tickets. Six standard deviations of n draws.
TEST(Lottery, SharesFollowTickets) {
  PolicyDriver driver("lottery:quantum=1ms", {.seed = 7});
  driver.add(hog("A", 3000));
  driver.add(hog("B", 1000));
  driver.run(Instant() + 10_s);
  const double share = driver.task(0).ran.seconds() / 10;
  EXPECT_NEAR(share, 0.75, 6 * std::sqrt(0.75 * 0.25 / 10'000));
}

// The same paper, section 4.5: who uses a fifth of its quantum and has equal tickets gets an equal share of the CPU
// while both want it only with compensation.
TEST(Lottery, CompensationMakesUpForUnusedQuanta) {
  const auto share_of_brief = [](std::string_view policy) {
    PolicyDriver driver(policy, {.seed = 3});
    DriverJob brief{.name = "B", .arrival = {}, .steps = {}};
    for (int i = 0; i < 20'000; ++i) brief.steps.push_back({2_ms, {}, true});
    driver.add(hog("A"));
    driver.add(brief);
    driver.run(Instant() + 20_s);
    return driver.task(1).ran.seconds() / 20;
  };
  EXPECT_NEAR(share_of_brief("lottery:quantum=10ms,compensation=true"), 0.5, 0.05);
  EXPECT_NEAR(share_of_brief("lottery:quantum=10ms,compensation=false"), 1.0 / 6, 0.03);
}

}  // namespace signalbox::lottery_test
