#include "tools/metrics/fair_share.hpp"

#include <algorithm>
#include <limits>

#include "kernel/base/check.hpp"

namespace signalbox {

FairShare::Group FairShare::group_of(std::uint32_t weight) {
  const auto found = std::ranges::find(groups_, weight, &WeightGroup::weight);
  if (found != groups_.end()) return static_cast<Group>(found - groups_.begin());
  CHECK(groups_.size() < std::numeric_limits<Group>::max(), "weights are those of nice values and classes");
  const auto group = static_cast<Group>(groups_.size());
  groups_.push_back({.weight = weight});
  const auto heavier = [&](Group a, Group b) { return groups_[a].weight > groups_[b].weight; };
  by_weight_.insert(std::ranges::upper_bound(by_weight_, group, heavier), group);
  return group;
}

void FairShare::accrue(double passed) {
  if (is_stale_) set_rates();
  for (WeightGroup& group : groups_) group.accrued += passed * group.rate;
}

void FairShare::set_rates() {
  double weight_left = 0;
  for (const WeightGroup& group : groups_) weight_left += static_cast<double>(group.weight) * group.runnable;
  double cpus_left = cpus_;
  for (const Group index : by_weight_) {
    WeightGroup& group = groups_[index];
    group.rate = 0;
    if (group.runnable == 0) continue;
    // Heaviest first: once a group's share is below a whole CPU, so is that of every lighter one.
    const double share = group.weight * cpus_left / weight_left;
    group.rate = std::min(share, 1.0);
    if (share < 1.0) continue;
    cpus_left -= group.runnable;
    weight_left -= static_cast<double>(group.weight) * group.runnable;
  }
  is_stale_ = false;
}

double jain_index(std::span<const double> values) {
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
  }
  return squares == 0 ? 1.0 : sum * sum / (static_cast<double>(values.size()) * squares);
}

}  // namespace signalbox
