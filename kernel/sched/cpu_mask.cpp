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
  const CpuMask present = mask & asked_.front();
  CHECK(!present.none(), "a thread must be allowed on at least one CPU");
  const auto found = std::ranges::find(asked_, present);
  const auto index = found - asked_.begin();
  if (found == asked_.end()) {
    asked_.push_back(present);
    masks_.push_back(present & online());
  }
  return AffinityId(static_cast<AffinityId::Value>(index));
}

void AffinityTable::set_online(CpuId cpu, bool is_online) {
  CpuMask online = masks_.front();
  is_online ? online.set(cpu) : online.clear(cpu);
  CHECK(!online.none(), "a machine has a CPU that is online");
  for (std::size_t index = 0; index < asked_.size(); ++index) masks_[index] = asked_[index] & online;
  everywhere_ = online == asked_.front() ? AffinityId() : none;
}

}  // namespace signalbox
