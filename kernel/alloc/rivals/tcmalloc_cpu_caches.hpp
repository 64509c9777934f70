#pragma once

#include <array>

#include "kernel/alloc/rivals/tcmalloc_front_end.hpp"

namespace signalbox::alloc::tc {

// A cache for each CPU, as google/tcmalloc has it (docs/design.md, "Per-CPU Mode", and the comments of cpu_cache.h):
// arrays of addresses, so that free blocks are not written to, and 1.5 MiB a CPU that classes take from each other.
// However many threads there are, so much is cached. Threads run on CPUs by turns; an operation is never interrupted.
class CpuCaches final : public FrontEnd {
 public:
  CpuCaches(ProcessMemory& memory, CentralLists& central, unsigned cpus, std::uint64_t cpu_bytes);

  void add_thread(unsigned) override {}
  void end_thread(unsigned) override {}
  VirtAddr take(unsigned thread, unsigned size_class) override;
  void give(unsigned thread, unsigned size_class, VirtAddr block) override;
  void flush() override;
  std::uint64_t cached() const override;
  std::vector<AllocatorCount> counts() const override;
  std::string broken() const override;

  std::size_t capacity(unsigned cpu, unsigned size_class) const { return caches_[cpu].classes[size_class].capacity; }

 private:
  struct Slots {
    std::vector<VirtAddr> blocks;
    std::size_t capacity = 0;
    bool was_full = false;  // the last time that it was too small
  };
  struct Cache {
    std::uint64_t spare_bytes = 0;  // of the CPU's, in no class's capacity
    unsigned next_victim = 0;
    std::array<Slots, most_classes> classes{};
  };

  unsigned cpu_of(unsigned thread) const { return thread % static_cast<unsigned>(caches_.size()); }
  std::size_t resize(Cache& cache, unsigned size_class, bool is_full);
  void grow(Cache& cache, unsigned size_class, std::size_t by);
  void steal(Cache& cache, unsigned size_class, std::uint64_t bytes);
  void give_back(Slots& slots, unsigned size_class, std::size_t count);

  ProcessMemory& memory_;
  CentralLists& central_;
  std::vector<Cache> caches_;
  std::uint64_t cpu_bytes_;
  std::uint64_t hits_ = 0;
  std::uint64_t underflows_ = 0;
  std::uint64_t overflows_ = 0;
  std::uint64_t stolen_bytes_ = 0;
};

}  // namespace signalbox::alloc::tc
