#include "kernel/sched/cpu_mask.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

AffinityId AffinityTable::intern(const CpuMask& mask) {
  const CpuMask present = mask & masks_.front();
  CHECK(!present.none(), "a thread must be allowed on at least one CPU");
  const auto found = std::ranges::find(masks_, present);
  const auto index = found - masks_.begin();
  if (found == masks_.end()) masks_.push_back(present);
  return AffinityId(static_cast<AffinityId::Value>(index));
}

}  // namespace signalbox
