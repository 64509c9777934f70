#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::heavy_tailed_test {

TEST(HeavyTailed, JobsLieBetweenTheShortestAndTheLongest) {
  const std::vector<Duration> works = works_of(generated("heavy_tailed:jobs=5000,shortest=2ms,longest=300ms"));
  EXPECT_GE(std::ranges::min(works), 2_ms);
  EXPECT_LE(std::ranges::max(works), 300_ms);
  EXPECT_GT(std::ranges::max(works), 100_ms);
}

// What the longest of a hundred jobs hold of all work.
double part_of_longest(const std::string& text) {
  std::vector<Duration> works = works_of(generated(text));
  std::ranges::sort(works, std::greater());
  const auto longest = static_cast<std::ptrdiff_t>(works.size() / 100);
  const Duration all = std::accumulate(works.begin(), works.end(), Duration());
  return std::accumulate(works.begin(), works.begin() + longest, Duration()).seconds() / all.seconds();
}

TEST(HeavyTailed, AFewJobsHoldMuchOfTheWork) {
  EXPECT_GT(part_of_longest("heavy_tailed:jobs=20000,shape=110,shortest=1ms,longest=1000s"), 0.4);
  EXPECT_LT(part_of_longest("poisson:jobs=20000"), 0.06);  // (1 + ln 100) / 100
}

TEST(HeavyTailed, EndsThatLieTooNearAreRefused) {
  EXPECT_EQ(error_of([] { generated("heavy_tailed:shortest=2ms,longest=3ms"); }),
            "heavy_tailed:shortest=2ms,longest=3ms: error: shortest is 2ms and longest 3ms; expected longest at least "
            "twice shortest");
}

}  // namespace signalbox::heavy_tailed_test
