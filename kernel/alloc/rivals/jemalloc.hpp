#pragma once

#include <vector>

#include "kernel/alloc/rivals/allocator.hpp"
#include "kernel/alloc/rivals/rival_platform.hpp"

namespace signalbox::alloc {

// The core, as a process has it.
class Jemalloc final : public Allocator {
 public:
  Jemalloc(ProcessMemory& memory, const HeapOptions& options);

  bool start() override;
  std::optional<unsigned> add_thread() override;
  void end_thread(unsigned thread) override;

  VirtAddr allocate(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_zeroed(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) override;
  VirtAddr reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) override;
  void free(unsigned thread, VirtAddr at) override;
  void free_sized(unsigned thread, VirtAddr at, std::uint64_t bytes) override;
  std::uint64_t usable_size(VirtAddr at) override { return heap_.usable_size(at); }

  void flush() override;
  void purge() override { heap_.purge(); }

  HeapTotals totals() override { return totals_of(heap_); }
  std::uint64_t cached() override;
  std::uint64_t metadata() override { return metadata_.bytes(); }
  std::uint64_t locks() override;
  std::vector<AllocatorCount> counts() override;
  std::string_view last_words() const override {
    return last_words_.empty() && memory_.is_dead() ? "Segmentation fault" : std::string_view(last_words_);
  }
  std::string broken() override;

  Heap<RivalPlatform>& heap() { return heap_; }

 private:
  using Cache = ThreadCache<RivalPlatform>;

  void end(Misuse misuse);

  ProcessMemory& memory_;
  ProcessMetadata metadata_;
  Heap<RivalPlatform> heap_;
  std::vector<Cache*> caches_;  // by thread; null: it has ended
  std::string last_words_;
};

}  // namespace signalbox::alloc
