#pragma once

#include <array>

#include "kernel/alloc/rivals/tcmalloc_front_end.hpp"

namespace signalbox::alloc::tc {

// A cache for each thread, as gperftools has it (src/thread_cache.h and its comments): lists through the free blocks
// that may be ever longer the more they are used (slow start), and a budget of bytes that caches take from each other.
class ThreadCaches final : public FrontEnd {
 public:
  ThreadCaches(ProcessMemory& memory, CentralLists& central, std::uint64_t all_bytes)
      : memory_(memory), central_(central), unclaimed_(static_cast<std::int64_t>(all_bytes)) {}

  void add_thread(unsigned thread) override;
  void end_thread(unsigned thread) override;
  VirtAddr take(unsigned thread, unsigned size_class) override;
  void give(unsigned thread, unsigned size_class, VirtAddr block) override;
  void flush() override;
  std::uint64_t cached() const override;
  std::vector<AllocatorCount> counts() const override;
  std::string broken() const override;

  unsigned most_length(unsigned thread, unsigned size_class) const { return caches_[thread].lists[size_class].most; }
  std::int64_t most_bytes(unsigned thread) const { return caches_[thread].most_bytes; }

 private:
  struct List {
    VirtAddr first;
    unsigned count = 0;
    unsigned low_water = 0;
    unsigned most = 1;
    unsigned overages = 0;
  };
  struct Cache {
    bool is_there = false;
    std::int64_t bytes = 0;
    std::int64_t most_bytes = 0;
    std::array<List, most_classes> lists{};
  };

  VirtAddr pop(Cache& cache, unsigned size_class);
  VirtAddr fetch(Cache& cache, unsigned size_class);
  void give_back(Cache& cache, unsigned size_class, unsigned count);
  void shorten(Cache& cache, unsigned size_class);
  void scavenge(Cache& cache);
  void raise_budget(Cache& cache);

  ProcessMemory& memory_;
  CentralLists& central_;
  std::int64_t unclaimed_;
  std::vector<Cache> caches_;
  std::size_t next_victim_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t fetches_ = 0;
  std::uint64_t returns_ = 0;
  std::uint64_t scavenges_ = 0;
};

}  // namespace signalbox::alloc::tc
