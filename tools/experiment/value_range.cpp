#include "tools/experiment/value_range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {
namespace {

// 12'345 is 12'300.
std::int64_t three_digits(double value) {
  std::int64_t unit = 1;
  while (value / static_cast<double>(unit) >= 999.5) unit *= 10;
  return std::llround(value / static_cast<double>(unit)) * unit;
}

void keep_each_once(std::vector<std::int64_t>& points) {
  std::ranges::sort(points);
  const auto repeated = std::ranges::unique(points);
  points.erase(repeated.begin(), repeated.end());
}

}  // namespace

std::vector<std::int64_t> series_points(std::int64_t least, std::int64_t most) {
  std::vector<std::int64_t> points{least, most};
  for (std::int64_t decade = 1;; decade *= 10) {
    for (const std::int64_t step : {1, 2, 5}) {
      if (decade > most / step) break;
      if (decade * step > least) points.push_back(decade * step);
    }
    if (decade > most / 10) break;
  }
  keep_each_once(points);
  return points;
}

std::vector<std::int64_t> spread_points(std::int64_t least, std::int64_t most, std::size_t count) {
  std::vector<std::int64_t> points{least, most};
  const auto a = static_cast<double>(least);
  const auto b = static_cast<double>(most);
  for (std::size_t i = 1; i + 1 < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    const std::int64_t point = least > 0 ? three_digits(a * std::pow(b / a, share)) : std::llround(a + (b - a) * share);
    points.push_back(std::clamp(point, least, most));
  }
  keep_each_once(points);
  return points;
}

}  // namespace signalbox
