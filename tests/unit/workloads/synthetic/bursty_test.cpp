#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/generated.hpp"

namespace signalbox::bursty_test {

std::vector<double> gaps_of(const Scenario& scenario) {
  std::vector<double> gaps;
  Duration before;
  for (const Task& task : scenario.tasks) {
    gaps.push_back((task.delay - before).seconds());
    before = task.delay;
  }
  return gaps;
}

// Variance over the mean squared: 1 for a Poisson process.
double squared_variation(const std::vector<double>& gaps) {
  double mean = 0;
  double square = 0;
  for (const double gap : gaps) {
    mean += gap / static_cast<double>(gaps.size());
    square += gap * gap / static_cast<double>(gaps.size());
  }
  return square / (mean * mean) - 1;
}

TEST(Bursty, OneInSoManyPartsOfTheTimeIsSwitchedOn) {
  const Scenario scenario = generated("bursty:jobs=40000,rate=400,on=100ms,off=300ms");
  EXPECT_NEAR(scenario.tasks.back().delay.seconds(), 40'000 / (400 * 0.25), 400 * 0.05);
}

// Kuczura 1973: c^2 = 1 + 2 x rate x off / (1/on + 1/off)^2 / off^2 x ... is, for an interrupted Poisson process,
// 1 + 2 rate w_off / (w_on + w_off)^2 with the switching rates w.
TEST(Bursty, GapsVaryAsThoseOfAnInterruptedPoissonProcess) {
  const Scenario scenario = generated("bursty:jobs=200000,rate=400,on=100ms,off=300ms");
  const double switches_off = 10;
  const double switches_on = 1 / 0.3;
  const double sum = switches_off + switches_on;
  const double expected = 1 + 2 * 400 * switches_off / (sum * sum);
  EXPECT_NEAR(squared_variation(gaps_of(scenario)) / expected, 1, 0.1);
  EXPECT_NEAR(squared_variation(gaps_of(generated("poisson:jobs=200000"))), 1, 0.1);
}

TEST(Bursty, WithoutPausesItIsAPoissonProcess) {
  const Scenario scenario = generated("bursty:jobs=50000,rate=100,on=100s,off=1ms");
  EXPECT_NEAR(squared_variation(gaps_of(scenario)), 1, 0.05);
}

}  // namespace signalbox::bursty_test
