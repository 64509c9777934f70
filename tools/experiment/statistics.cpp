#include "tools/experiment/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// The 97.5 % quantile of Student's t with `freedom` degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
double t_quantile(std::size_t freedom) {
  static constexpr std::array<double, 30> table{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                                2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                                2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  constexpr double normal = 1.960;
  return freedom <= table.size() ? table[freedom - 1]
                                 : normal + (table.back() - normal) * 30.0 / static_cast<double>(freedom);
}

}  // namespace

Estimate Estimate::of(std::span<const double> samples) {
  Estimate estimate{.samples = samples.size()};
  if (samples.empty()) return estimate;
  const auto count = static_cast<double>(samples.size());
  // From the first on, so that equal samples have exactly their value as mean, and no margin.
  double beyond_first = 0;
  for (const double sample : samples) beyond_first += sample - samples.front();
  estimate.mean = samples.front() + beyond_first / count;
  if (samples.size() < 2) return estimate;
  double squares = 0;
  for (const double sample : samples) squares += (sample - estimate.mean) * (sample - estimate.mean);
  const double standard_error = std::sqrt(squares / (count - 1) / count);
  estimate.margin = t_quantile(samples.size() - 1) * standard_error;
  return estimate;
}

bool differs(std::span<const double> a, std::span<const double> b) {
  CHECK(a.size() == b.size() && !a.empty(), "samples are paired by seed");
  std::vector<double> differences(a.size());
  std::ranges::transform(a, b, differences.begin(), std::minus<>());
  const Estimate difference = Estimate::of(differences);
  return std::abs(difference.mean) > difference.margin;
}

}  // namespace signalbox
