#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/generated.hpp"

namespace signalbox::poisson_test {

TEST(Poisson, JobsComeAtTheRateAndComputeForTheService) {
  const Scenario scenario = generated("poisson:jobs=20000,rate=50,service=7ms");
  ASSERT_EQ(scenario.tasks.size(), 20'000U);
  const double span = scenario.tasks.back().delay.seconds();
  // The sum of n exponential times has a standard deviation of sqrt(n) means; this is four of them.
  const double tolerance = 4 / std::sqrt(20'000);
  EXPECT_NEAR(span / 400, 1, tolerance);
  EXPECT_NEAR(mean_seconds(works_of(scenario)) / 7e-3, 1, tolerance);
}

TEST(Poisson, RatesThatDivideNoSecondAreExact) {
  const double span = generated("poisson:jobs=20000,rate=700000").tasks.back().delay.seconds();
  EXPECT_NEAR(span * 700'000 / 20'000, 1, 0.03);
}

TEST(Poisson, ArrivalsDoNotChangeWithTheService) {
  const Scenario one = generated("poisson:service=1ms");
  const Scenario other = generated("poisson:service=9ms");
  for (std::size_t i = 0; i < one.tasks.size(); ++i) EXPECT_EQ(one.tasks[i].delay, other.tasks[i].delay);
}

}  // namespace signalbox::poisson_test
