#include "tools/experiment/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace signalbox::statistics_test {

// Samples 0, 1, 0, 1, ... whose margin, divided by the standard error of their mean, is the quantile that was used.
double quantile_used(std::size_t freedom) {
  std::vector<double> samples(freedom + 1);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<double>(i % 2);
  const auto count = static_cast<double>(samples.size());
  const Estimate estimate = Estimate::of(samples);
  const double ones = std::floor(count / 2);
  const double variance = ones * (count - ones) / count / (count - 1);
  return estimate.margin / std::sqrt(variance / count);
}

TEST(Estimate, OfNothingIsNothing) {
  const Estimate none = Estimate::of({});
  EXPECT_EQ(none.samples, 0U);
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.margin, 0);
}

TEST(Estimate, OfOneSampleHasNoMargin) {
  const std::vector<double> one{7.5};
  EXPECT_EQ(Estimate::of(one).mean, 7.5);
  EXPECT_EQ(Estimate::of(one).margin, 0);
  EXPECT_EQ(Estimate::of(one).samples, 1U);
}

TEST(Estimate, OfEqualSamplesIsTheirValueWithoutMargin) {
  const std::vector<double> same(5, 0.23298712345);
  EXPECT_EQ(Estimate::of(same).mean, 0.23298712345);
  EXPECT_EQ(Estimate::of(same).margin, 0);
}

TEST(Estimate, OfThreeSamplesByHand) {
  const std::vector<double> samples{1, 2, 3};  // standard deviation 1
  EXPECT_DOUBLE_EQ(Estimate::of(samples).mean, 2);
  EXPECT_NEAR(Estimate::of(samples).margin, 4.303 / std::sqrt(3.0), 1e-12);
}

// NIST/SEMATECH e-Handbook, table 1.3.6.7.2, column 0.975.
TEST(Estimate, TakesStudentsQuantilesFromTheTable) {
  EXPECT_NEAR(quantile_used(1), 12.706, 1e-9);
  EXPECT_NEAR(quantile_used(4), 2.776, 1e-9);
  EXPECT_NEAR(quantile_used(9), 2.262, 1e-9);
  EXPECT_NEAR(quantile_used(30), 2.042, 1e-9);
}

TEST(Estimate, BeyondTheTableIsWithinAThousandth) {
  EXPECT_NEAR(quantile_used(40), 2.021, 1e-3);
  EXPECT_NEAR(quantile_used(60), 2.000, 1e-3);
  EXPECT_NEAR(quantile_used(100), 1.984, 1.1e-3);
}

// Jain, The Art of Computer Systems Performance Analysis, 1991, example 13.5: six workloads on two systems.
TEST(Differs, JainsPairsDoNotTellHisSystemsApart) {
  const std::vector<double> a{5.4, 16.6, 0.6, 1.4, 0.6, 7.3};
  const std::vector<double> b{19.1, 3.5, 3.4, 2.5, 3.6, 1.7};
  EXPECT_FALSE(differs(a, b));
  EXPECT_FALSE(differs(b, a));
}

TEST(Differs, PairsShowWhatTheSpreadOfSeedsHides) {
  const std::vector<double> a{10, 200, 3'000};
  const std::vector<double> b{11, 202, 3'001.5};
  EXPECT_TRUE(differs(a, b));
}

TEST(Differs, WithOnePairAnyDifferenceCounts) {
  EXPECT_TRUE(differs(std::vector<double>{1}, std::vector<double>{1.001}));
  EXPECT_FALSE(differs(std::vector<double>{1}, std::vector<double>{1}));
}

TEST(Differs, EqualSamplesDoNot) {
  const std::vector<double> same{0.1, 0.2, 0.7};
  EXPECT_FALSE(differs(same, same));
}

TEST(Statistics, EqualSamplesHaveNoMargin) {
  const std::vector<double> samples(10, 5'521'376.0 / 3);  // a tenth of which is no exact number
  EXPECT_EQ(Estimate::of(samples).mean, samples.front());
  EXPECT_EQ(Estimate::of(samples).margin, 0);
}

}  // namespace signalbox::statistics_test
