#include "tools/metrics/log_histogram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace signalbox::log_histogram_test {

TEST(LogHistogram, ValuesBelow128ComeBackExactly) {
  for (std::uint64_t value = 0; value < 128; ++value) {
    LogHistogram histogram;
    histogram.add(value);
    EXPECT_EQ(histogram.percentile(50), value);
  }
}

TEST(LogHistogram, TheGreatestValueHasABucket) {
  LogHistogram histogram;
  const std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
  histogram.add(greatest);
  EXPECT_GE(histogram.percentile(100), greatest - greatest / 128);
}

RC_GTEST_PROP(LogHistogram, PercentilesAreWithinOnePercentOfTheExactOnes,
              (const std::vector<std::uint32_t>& seeds, std::uint8_t shift)) {
  RC_PRE(!seeds.empty());
  LogHistogram histogram;
  std::vector<std::uint64_t> exact;
  for (const std::uint64_t seed : seeds) {
    exact.push_back(seed << (shift % 31));
    histogram.add(exact.back());
  }
  std::ranges::sort(exact);
  for (const unsigned percent : {1u, 50u, 95u, 99u, 100u}) {
    const std::uint64_t want = exact[percentile_rank(exact.size(), percent) - 1];
    const std::uint64_t got = histogram.percentile(percent);
    RC_ASSERT((want > got ? want - got : got - want) <= want / 100);
  }
}

TEST(PercentileRank, IsTheNearestRank) {
  EXPECT_EQ(percentile_rank(1, 50), 1u);
  EXPECT_EQ(percentile_rank(4, 50), 2u);
  EXPECT_EQ(percentile_rank(5, 50), 3u);
  EXPECT_EQ(percentile_rank(100, 95), 95u);
  EXPECT_EQ(percentile_rank(101, 99), 100u);
  EXPECT_EQ(percentile_rank(10, 0), 1u);
}

}  // namespace signalbox::log_histogram_test
