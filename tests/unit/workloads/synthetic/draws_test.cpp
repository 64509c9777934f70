#include "workloads/synthetic/draws.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace signalbox::draws_test {

// The greatest distance between the distribution of `draw` and a given one (Kolmogorov and Smirnov), times sqrt(n):
// beyond 1.95 once in a thousand times. Seeds are fixed, so that it is never.
double distance(const std::function<double()>& draw, const std::function<double(double)>& distribution) {
  constexpr double count = 20'000;
  std::vector<double> drawn(static_cast<std::size_t>(count));
  std::ranges::generate(drawn, draw);
  std::ranges::sort(drawn);
  double greatest = 0;
  double below = 0;
  for (const double value : drawn) {
    const double expected = distribution(value);
    greatest = std::max({greatest, expected - below / count, (below + 1) / count - expected});
    ++below;
  }
  return greatest * std::sqrt(count);
}
constexpr double unlikely = 1.95;

double seconds(Duration time) { return time.seconds(); }

TEST(Draws, PowerOfTwoIsExactToTheLastBits) {
  constexpr std::uint64_t one = std::uint64_t{1} << 63U;
  EXPECT_EQ(power_of_two(0), one);
  for (int i = 1; i < 64; ++i) {
    const double fraction = i / 64.0;
    const auto value = static_cast<double>(power_of_two(static_cast<std::uint64_t>(i) << 58U));
    EXPECT_NEAR(value / static_cast<double>(one), std::exp2(fraction), 1e-15) << fraction;
  }
  // 2^63 x sqrt(2), to more digits than a double has.
  EXPECT_LT(13043817825332782212U - power_of_two(one), 32U);
  EXPECT_GT(power_of_two(~std::uint64_t{0}), one + (one - 1000));
}

TEST(Draws, ScaledRoundsDown) {
  EXPECT_EQ(scaled(10, std::uint64_t{1} << 63U), 5U);
  EXPECT_EQ(scaled(7, ~std::uint64_t{0}), 6U);
}

TEST(Draws, ExponentialTimesAreSo) {
  Prng random(1);
  EXPECT_LT(
      distance([&] { return seconds(exponential_time(random, 3_s)); }, [](double x) { return 1 - std::exp(-x / 3); }),
      unlikely);
  EXPECT_EQ(exponential_time(random, Duration()), Duration());
}

TEST(Draws, BoundedParetoTimesAreSo) {
  for (const std::int64_t shape : {50, 110, 150, 1000}) {
    Prng random(2);
    const double alpha = static_cast<double>(shape) / 100;
    const auto tail = [&](double x) { return std::pow(x / 1e-3, -alpha); };
    const auto draw = [&] {
      const Duration time = bounded_pareto_time(random, shape, 1_ms, 100_ms);
      EXPECT_TRUE(time >= 1_ms && time <= 100_ms);
      return seconds(time);
    };
    EXPECT_LT(distance(draw, [&](double x) { return (1 - tail(x)) / (1 - tail(0.1)); }), unlikely) << shape;
  }
}

TEST(Draws, BoundedParetoEndsEvenWhereTheTailIsLightest) {
  Prng random(3);
  for (int i = 0; i < 1000; ++i) EXPECT_LE(bounded_pareto_time(random, 1, 1_ns, 2_ns), 2_ns);
  EXPECT_GE(bounded_pareto_time(random, 1, 500_s, 1000_s), 500_s);
}

TEST(Draws, LogUniformTimesAreSo) {
  Prng random(4);
  const auto draw = [&] { return seconds(log_uniform_time(random, 10_ms, 3_s)); };
  EXPECT_LT(distance(draw, [](double x) { return std::log(x / 0.01) / std::log(300.0); }), unlikely);
}

TEST(Draws, ALogUniformTimeOfOneValueIsIt) {
  Prng random(5);
  EXPECT_EQ(log_uniform_time(random, 7_ms, 7_ms), 7_ms);
  EXPECT_LE(log_uniform_time(random, 7_ms, 7_ms + 1_us), 7_ms + 1_us);
}

TEST(Draws, LargestOfIsDistributedAsARoot) {
  for (const std::size_t count : {1U, 2U, 7U}) {
    Prng random(6);
    const auto draw = [&] { return static_cast<double>(largest_of(random, count)) / 0x1p64; };
    EXPECT_LT(distance(draw, [&](double x) { return std::pow(x, static_cast<double>(count)); }), unlikely) << count;
  }
}

}  // namespace signalbox::draws_test
