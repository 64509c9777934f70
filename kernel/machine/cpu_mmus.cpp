#include "kernel/machine/cpu_mmus.hpp"

#include <utility>

namespace signalbox {

CpuMmus::CpuMmus(PhysicalMemory& memory, const MmuConfig& config, AsidSlots::Tags tags, unsigned cpus)
    : memory_(memory), config_(config) {
  cpus_.reserve(cpus);
  for (unsigned cpu = 0; cpu < cpus; ++cpu) cpus_.emplace_back(tags);
}

RootLoad CpuMmus::switch_to(CpuId id, const SpaceRoot& space) {
  PerCpu& cpu = cpus_[id.value()];
  const bool is_loaded = cpu.mmu != nullptr && cpu.loaded == space.id;
  const AsidSlots::Switch change = cpu.slots.switch_to(space.id, space.generation);
  if (change.load == RootLoad::none) return change.load;
  if (cpu.mmu == nullptr) cpu.mmu = std::make_unique<Mmu>(memory_, config_);
  cpu.loaded = space.id;
  const bool forgets = change.load == RootLoad::flush;
  cpu.mmu->load_root(*space.format, space.root, change.asid, forgets ? Mmu::Known::forget : Mmu::Known::keep);
  if (!is_loaded) ++switches_.root_loads;
  if (forgets) ++switches_.root_flushes;
  return change.load;
}

void CpuMmus::enter_lazy(CpuId id) {
  PerCpu& cpu = cpus_[id.value()];
  if (cpu.mmu == nullptr || cpu.slots.is_lazy()) return;
  cpu.slots.enter_lazy();
  ++switches_.lazy_entries;
}

const std::vector<CpuId>& CpuMmus::forget(const SpaceRoot& space, PageRange range, CpuId initiator) {
  interrupted_.clear();
  bool is_loaded = false;
  for (std::size_t index = 0; index < cpus_.size(); ++index) {
    PerCpu& cpu = cpus_[index];
    if (!runs(cpu, space.id)) continue;
    cpu.mmu->forget_range(range.begin, range.end + ~std::uint64_t{0});
    cpu.slots.note_flushed(space.generation);
    is_loaded = true;
    const CpuId id(static_cast<CpuId::Value>(index));
    if (id != initiator) interrupted_.push_back(id);
  }
  if (is_loaded) ++switches_.changes;
  switches_.shootdowns += interrupted_.size();
  return interrupted_;
}

void CpuMmus::forget_use(AddressSpaceId space, VirtAddr page) {
  for (PerCpu& cpu : cpus_) {
    if (cpu.mmu == nullptr) continue;
    if (const std::optional<Asid> tag = cpu.slots.tag_of(space)) cpu.mmu->forget_use(page, *tag);
  }
}

void CpuMmus::leave(AddressSpaceId space) {
  for (std::size_t index = 0; index < cpus_.size(); ++index) {
    if (runs(cpus_[index], space)) enter_lazy(CpuId(static_cast<CpuId::Value>(index)));
  }
}

std::uint32_t CpuMmus::take_walk_accesses(CpuId id) {
  PerCpu& cpu = cpus_[id.value()];
  if (cpu.mmu == nullptr) return 0;
  const std::uint64_t all = cpu.mmu->counters().walk_accesses;
  return static_cast<std::uint32_t>(all - std::exchange(cpu.walk_accesses, all));
}

MmuCounters CpuMmus::counters() const {
  MmuCounters sum;
  for (const PerCpu& cpu : cpus_) {
    if (cpu.mmu != nullptr) sum += cpu.mmu->counters();
  }
  return sum;
}

DataCacheCounters CpuMmus::cache_counters() const {
  DataCacheCounters sum;
  for (const PerCpu& cpu : cpus_) {
    if (cpu.mmu != nullptr) sum += cpu.mmu->cache_counters();
  }
  return sum;
}

}  // namespace signalbox
