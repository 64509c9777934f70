#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "tools/metrics/log_histogram.hpp"

namespace signalbox {

// What reports say of many samples of one quantity. Percentiles are nearest-rank (always a sample that occurred,
// or its histogram bucket); mean and maximum are exact. With count 0 the numbers mean nothing.
template <class T>
struct DistributionOf {
  std::uint64_t count = 0;
  T mean{};
  T p50{};
  T p95{};
  T p99{};
  T max{};
  bool exact = true;  // false: percentiles within 0.8 %
};

using Distribution = DistributionOf<std::int64_t>;  // nanoseconds
using RatioDistribution = DistributionOf<double>;

// Sums of nanoseconds over a long run of many threads pass 64 bits.
__extension__ typedef __int128 WideSum;  // NOLINT(modernize-use-using): __extension__ takes no using

// Rounded to the nearest, halves up; sums are not negative.
inline std::int64_t mean_of(WideSum sum, std::uint64_t count) {
  return static_cast<std::int64_t>((sum + static_cast<WideSum>(count / 2)) / static_cast<WideSum>(count));
}
inline double mean_of(double sum, std::uint64_t count) { return sum / static_cast<double>(count); }

// The exact distribution; reorders the samples, which are not negative.
template <class T>
DistributionOf<T> distribution_of(std::vector<T>& samples) {
  DistributionOf<T> result;
  result.count = samples.size();
  if (samples.empty()) return result;
  using Sum = std::conditional_t<std::integral<T>, WideSum, double>;
  Sum sum = 0;
  for (const T sample : samples) sum += sample;
  result.mean = mean_of(sum, samples.size());
  auto from = samples.begin();
  const auto take = [&](unsigned percent) {
    const auto place = static_cast<std::ptrdiff_t>(percentile_rank(samples.size(), percent) - 1);
    const auto nth = samples.begin() + place;
    if (nth >= from) {
      std::nth_element(from, nth, samples.end());
      from = nth;
    }
    return *nth;
  };
  result.p50 = take(50);
  result.p95 = take(95);
  result.p99 = take(99);
  result.max = take(100);
  return result;
}

}  // namespace signalbox
