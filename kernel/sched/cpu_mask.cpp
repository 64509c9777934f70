#include "kernel/sched/cpu_mask.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

CpuRange CpuMask::range() const {
  CpuRange range;
  for_each({0, max_cpus}, [&](CpuId cpu) {
    if (range.size == 0) range.first = cpu.value();
    range.size = cpu.value() - range.first + 1;
  });
  return range;
}

AffinityId AffinityTable::intern(const CpuMask& mask) {
  const CpuMask present = mask & masks_.front();
  CHECK(!present.none(), "a thread must be allowed on at least one CPU");
  const auto found = std::ranges::find(masks_, present);
  const auto index = found - masks_.begin();
  if (found == masks_.end()) masks_.push_back(present);
  return AffinityId(static_cast<AffinityId::Value>(index));
}

}  // namespace signalbox
