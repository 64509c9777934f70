#include "workloads/synthetic/fixed_sum.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "workloads/synthetic/draws.hpp"

namespace signalbox {
namespace {

static_assert(std::numeric_limits<double>::is_iec559);

// 53 bits of a draw, which a double holds: in [0, 1).
double unit(std::uint64_t draw) { return static_cast<double>(draw >> 11U) * 0x1p-53; }

void shuffle(std::vector<double>& point, Prng& random) {
  for (std::size_t left = point.size(); left > 1; --left) std::swap(point[left - 1], point[random.below(left)]);
}

}  // namespace

FixedSum::FixedSum(std::size_t count, double sum)
    : count_(count), sum_(sum), whole_(std::min(static_cast<std::size_t>(sum), count - 1)), step_up_(count) {
  fill_table();
}

void FixedSum::fill_table() {
  const double fraction = sum_ - static_cast<double>(whole_);
  // Relative volumes in `dimension` dimensions by the whole part of the sum, plus 1; they shrink fast.
  std::vector<double> volumes(count_ + 2, 0);
  volumes[1] = std::numeric_limits<double>::max();
  for (std::size_t dimension = 1; dimension < count_; ++dimension) {
    std::vector<double> next(count_ + 2, 0);
    for (std::size_t kind = 1; kind <= dimension + 1; ++kind) {
      const double from_below = fraction + static_cast<double>(kind - 1);
      const double from_above = static_cast<double>(dimension + 2 - kind) - fraction;
      const double stays = volumes[kind] / static_cast<double>(dimension + 1) * from_below;
      const double steps_up = volumes[kind - 1] / static_cast<double>(dimension + 1) * from_above;
      next[kind] = stays + steps_up;
      // Where both are too small for a double, only the nearer one can be meant.
      const double nearer = from_above > from_below ? 0 : 1;
      step_up_[dimension].push_back(next[kind] > 0 ? steps_up / next[kind] : nearer);
    }
    volumes = std::move(next);
  }
}

std::vector<double> FixedSum::draw(Prng& random) const {
  std::vector<double> point;
  std::size_t kind = whole_;
  double rest = sum_;
  double offset = 0;
  double scale = 1;
  for (std::size_t left = count_ - 1; left > 0; --left) {
    const double factor = unit(largest_of(random, left));
    offset += (1 - factor) * scale * rest / static_cast<double>(left + 1);
    scale *= factor;
    const bool steps_up = unit(random.next()) < step_up_[left][kind];
    point.push_back(steps_up ? offset + scale : offset);
    if (steps_up) {
      rest -= 1;
      --kind;
    }
  }
  point.push_back(offset + scale * rest);
  shuffle(point, random);
  return point;
}

}  // namespace signalbox
