#pragma once

#include <cstddef>
#include <span>

namespace signalbox {

// The mean of some samples with its 95 % confidence interval, mean +- margin (Student's t; Jain 1991, chapter 13).
struct Estimate {
  double mean = 0;
  double margin = 0;  // 0 with fewer than two samples, whose spread says nothing
  std::size_t samples = 0;

  static Estimate of(std::span<const double> samples);
};

// Whether the samples of two alternatives, paired by seed, show a difference: zero lies outside the 95 % interval of
// the mean of the differences (Jain 1991, section 13.4.1). With one pair there is no interval, and any difference
// counts: the runs are deterministic. Requires spans of equal length, not empty.
bool differs(std::span<const double> a, std::span<const double> b);

}  // namespace signalbox
