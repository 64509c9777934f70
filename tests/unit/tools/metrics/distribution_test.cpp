#include "tools/metrics/distribution.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace signalbox::distribution_test {

RC_GTEST_PROP(Distribution, EqualsTheSortedSamples, (std::vector<std::uint32_t> seeds)) {
  RC_PRE(!seeds.empty());
  std::vector<std::int64_t> samples(seeds.begin(), seeds.end());
  std::vector<std::int64_t> sorted = samples;
  std::ranges::sort(sorted);
  const Distribution got = distribution_of(samples);
  const auto at = [&](unsigned percent) { return sorted[percentile_rank(sorted.size(), percent) - 1]; };
  RC_ASSERT(got.p50 == at(50));
  RC_ASSERT(got.p95 == at(95));
  RC_ASSERT(got.p99 == at(99));
  RC_ASSERT(got.max == sorted.back());
}

TEST(Distribution, MeanOfHugeSamplesDoesNotOverflow) {
  std::vector<std::int64_t> samples(4, std::int64_t{9'000'000'000'000'000'000});
  EXPECT_EQ(distribution_of(samples).mean, 9'000'000'000'000'000'000);
}

TEST(Distribution, MeanOfIntegersIsRoundedHalvesUp) {
  std::vector<std::int64_t> samples{1, 2};
  EXPECT_EQ(distribution_of(samples).mean, 2);
}

TEST(RatioDistribution, KeepsFractions) {
  std::vector<double> samples{1.5, 1.0, 2.0};
  const RatioDistribution got = distribution_of(samples);
  EXPECT_DOUBLE_EQ(got.mean, 1.5);
  EXPECT_DOUBLE_EQ(got.p50, 1.5);
  EXPECT_DOUBLE_EQ(got.max, 2.0);
}

}  // namespace signalbox::distribution_test
