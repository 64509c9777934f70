#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::uunifast_test {

using ::testing::HasSubstr;

std::vector<double> shares_of(const Scenario& scenario) {
  std::vector<double> shares;
  for (const Task& task : scenario.tasks) {
    shares.push_back(work_of(task).seconds() / task.sched.attributes->period.seconds());
  }
  return shares;
}

TEST(Uunifast, SharesSumUpToTheUtilisation) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    double sum = 0;
    for (const double share :
         shares_of(generated("uunifast:tasks=8,utilisation=70,min_period=1s,max_period=10s", seed))) {
      sum += share;
    }
    EXPECT_NEAR(sum, 0.7, 1e-5);
  }
}

// Uniform on the simplex, each of n shares is beyond x with probability (1 - x)^(n - 1), wherever it stands.
TEST(Uunifast, EachShareIsDistributedAsOnASimplex) {
  constexpr int sets = 4000;
  std::vector<int> beyond(4);
  for (std::uint64_t seed = 1; seed <= sets; ++seed) {
    const std::vector<double> shares =
        shares_of(generated("uunifast:tasks=4,utilisation=100,min_period=1s,max_period=1s", seed));
    for (std::size_t i = 0; i < 4; ++i) beyond[i] += shares[i] > 0.5 ? 1 : 0;
  }
  // Binomial around sets / 8 with a standard deviation of 21.
  for (const int count : beyond) EXPECT_NEAR(count, sets / 8, 4 * 21);
}

TEST(Uunifast, NoTaskNeedsMoreThanACpu) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const std::vector<double> shares = shares_of(generated("uunifast:tasks=4,utilisation=250", seed));
    EXPECT_LE(std::ranges::max(shares), 1.0);
  }
}

TEST(Uunifast, WhatItWouldNeverFindIsRefused) {
  EXPECT_THAT(error_of([] { generated("uunifast:tasks=40,utilisation=3900"); }),
              HasSubstr("of 1000 sets each had a task that needs more than a CPU; expected less utilisation"));
}

}  // namespace signalbox::uunifast_test
