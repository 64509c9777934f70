#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/mm/asid_slots.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// What a CPU has to know of an address space to run a thread of it.
struct SpaceRoot {
  AddressSpaceId id;
  std::uint64_t generation = 0;  // of the space now
  const PageFormat* format = nullptr;
  PhysAddr root;
};

// What all CPUs together did because another thread came, or because a space changed.
struct SpaceSwitchCounters {
  std::uint64_t root_loads = 0;    // a page-table root was loaded
  std::uint64_t root_flushes = 0;  // of these, what the TLB knew under the tag was forgotten; or a CPU caught up
  std::uint64_t lazy_entries = 0;  // a kernel thread, or nobody, took over with the root as it was
  std::uint64_t changes = 0;       // of a space that is loaded somewhere, told to the TLBs
  std::uint64_t shootdowns = 0;    // other CPUs that had to be interrupted for it

  bool operator==(const SpaceSwitchCounters&) const = default;
};

// The MMUs of a machine's CPUs, and which address space each has loaded: by Linux's rules (kernel/mm/asid_slots). A
// thread switch within a space does nothing; a kernel thread, or idling, leaves the space loaded and makes the CPU
// lazy: it is not told of changes, and catches up when it comes back.
class CpuMmus {
 public:
  CpuMmus(PhysicalMemory& memory, const MmuConfig& config, AsidSlots::Tags tags, unsigned cpus);

  // A thread of that space runs next on the CPU.
  RootLoad switch_to(CpuId cpu, const SpaceRoot& space);
  // A thread without a space, or nobody.
  void enter_lazy(CpuId cpu);

  // Pages of the space have changed: CPUs that run it forget them. Answers the others among these, `initiator` not
  // counted, which it takes an interrupt to reach; they stand until the next call.
  const std::vector<CpuId>& forget(const SpaceRoot& space, PageRange range, CpuId initiator);
  // A page's accessed bit was cleared: CPUs that know the space will see the next use. No interrupt.
  void forget_use(AddressSpaceId space, VirtAddr page);
  // The space is about to end: CPUs that have it loaded leave it as for a kernel thread (exit_mm).
  void leave(AddressSpaceId space);

  // Requires that the CPU has run a thread with a space.
  Mmu& of(CpuId cpu) { return *cpus_[cpu.value()].mmu; }
  // Table accesses of walks on the CPU since this was asked last.
  std::uint32_t take_walk_accesses(CpuId cpu);
  // Of all CPUs.
  MmuCounters counters() const;
  DataCacheCounters cache_counters() const;
  const SpaceSwitchCounters& switches() const { return switches_; }

 private:
  struct PerCpu {
    explicit PerCpu(AsidSlots::Tags tags) : slots(tags) {}

    AsidSlots slots;
    std::unique_ptr<Mmu> mmu;  // none before the first space
    AddressSpaceId loaded;     // if there is an mmu
    std::uint64_t walk_accesses = 0;
  };

  bool runs(const PerCpu& cpu, AddressSpaceId space) const {
    return cpu.mmu != nullptr && cpu.loaded == space && !cpu.slots.is_lazy();
  }

  PhysicalMemory& memory_;
  MmuConfig config_;
  std::vector<PerCpu> cpus_;
  std::vector<CpuId> interrupted_;
  SpaceSwitchCounters switches_;
};

}  // namespace signalbox
