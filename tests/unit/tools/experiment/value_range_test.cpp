#include "tools/experiment/value_range.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace signalbox::value_range_test {

using Points = std::vector<std::int64_t>;

TEST(ValueRange, SeriesIsOneTwoFiveWithTheEnds) {
  EXPECT_EQ(series_points(1, 50), (Points{1, 2, 5, 10, 20, 50}));
  EXPECT_EQ(series_points(3, 70), (Points{3, 5, 10, 20, 50, 70}));
  EXPECT_EQ(series_points(0, 4), (Points{0, 1, 2, 4}));
  EXPECT_EQ(series_points(7, 7), Points{7});
  EXPECT_EQ(series_points(6, 9), (Points{6, 9}));
  EXPECT_EQ(series_points(1'000'000, 50'000'000),
            (Points{1'000'000, 2'000'000, 5'000'000, 10'000'000, 20'000'000, 50'000'000}));
}

TEST(ValueRange, SeriesReachesTheGreatestNumber) {
  const std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(series_points(3'000'000'000'000'000'000, greatest),
            (Points{3'000'000'000'000'000'000, 5'000'000'000'000'000'000, greatest}));
}

TEST(ValueRange, SpreadIsEvenByFactorInThreeDigits) {
  EXPECT_EQ(spread_points(1'000, 16'000, 5), (Points{1'000, 2'000, 4'000, 8'000, 16'000}));
  EXPECT_EQ(spread_points(1'000'000, 50'000'000, 5), (Points{1'000'000, 2'660'000, 7'070'000, 18'800'000, 50'000'000}));
  EXPECT_EQ(spread_points(12'345, 98'765, 2), (Points{12'345, 98'765})) << "the ends are as they were given";
  EXPECT_EQ(spread_points(1, 4, 100), (Points{1, 2, 3, 4})) << "each once";
}

TEST(ValueRange, SpreadIsEvenByDifferenceFromZeroOn) {
  EXPECT_EQ(spread_points(0, 100, 5), (Points{0, 25, 50, 75, 100}));
  EXPECT_EQ(spread_points(-20, 19, 3), (Points{-20, -1, 19}));
}

}  // namespace signalbox::value_range_test
