#include "workloads/synthetic/fixed_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace signalbox::fixed_sum_test {

double sum_of(const std::vector<double>& point) { return std::accumulate(point.begin(), point.end(), 0.0); }

TEST(FixedSum, PointsLieInTheCubeAndSumUp) {
  for (const std::size_t count : {1U, 2U, 5U, 30U, 100U}) {
    for (const double share : {0.0, 0.001, 0.25, 0.5, 0.999, 1.0}) {
      const double sum = share * static_cast<double>(count);
      const FixedSum sums(count, sum);
      Prng random(count);
      for (int i = 0; i < 50; ++i) {
        const std::vector<double> point = sums.draw(random);
        ASSERT_EQ(point.size(), count);
        EXPECT_NEAR(sum_of(point), sum, 1e-12 * static_cast<double>(count));
        for (const double part : point) EXPECT_TRUE(part >= -1e-12 && part <= 1 + 1e-12) << count << " " << sum;
      }
    }
  }
}

// Uniform on the simplex, cut to the cube by drawing again: another way to the same distribution.
std::vector<double> by_rejection(std::size_t count, double sum, Prng& random) {
  for (;;) {
    std::vector<double> cuts{0, 1};
    for (std::size_t i = 1; i < count; ++i) cuts.push_back(static_cast<double>(random.next()) / 0x1p64);
    std::ranges::sort(cuts);
    std::vector<double> point;
    for (std::size_t i = 1; i < cuts.size(); ++i) point.push_back((cuts[i] - cuts[i - 1]) * sum);
    if (std::ranges::max(point) <= 1) return point;
  }
}

struct Moments {
  double square = 0;    // mean of the first coordinate's
  double greatest = 0;  // mean of the greatest coordinate
  double product = 0;   // mean of the first two's
};
template <class Draw>
Moments moments_of(Draw draw, int count) {
  Moments mean;
  for (int i = 0; i < count; ++i) {
    const std::vector<double> point = draw();
    mean.square += point[0] * point[0] / count;
    mean.greatest += std::ranges::max(point) / count;
    mean.product += point[0] * point[1] / count;
  }
  return mean;
}

TEST(FixedSum, PointsAreUniformAsThoseOfRejection) {
  constexpr int draws = 60'000;
  for (const double sum : {0.7, 1.5, 2.2, 2.5}) {
    const FixedSum sums(4, sum);
    Prng one(11);
    Prng other(12);
    const Moments ours = moments_of([&] { return sums.draw(one); }, draws);
    const Moments theirs = moments_of([&] { return by_rejection(4, sum, other); }, draws);
    // Each is a mean of numbers in [0, 1]: two of them differ by 5 x sqrt(2 / 4 / draws) once in millions.
    const double tolerance = 5 * std::sqrt(0.5 / draws);
    EXPECT_NEAR(ours.square, theirs.square, tolerance) << sum;
    EXPECT_NEAR(ours.greatest, theirs.greatest, tolerance) << sum;
    EXPECT_NEAR(ours.product, theirs.product, tolerance) << sum;
  }
}

TEST(FixedSum, HalfOfTheCubesMiddleSliceIsSymmetric) {
  const FixedSum sums(3, 1.5);
  Prng random(13);
  int above = 0;
  for (int i = 0; i < 10'000; ++i) above += sums.draw(random)[0] > 0.5 ? 1 : 0;
  EXPECT_NEAR(above, 5000, 5 * 50);
}

}  // namespace signalbox::fixed_sum_test
