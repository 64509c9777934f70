#pragma once

#include <memory>

#include "kernel/alloc/rivals/tcmalloc_front_end.hpp"

namespace signalbox::alloc {

// Settings by the names of gperftools' environment, with its defaults.
struct TcmallocOptions {
  std::uint64_t release_rate = 1;                                         // TCMALLOC_RELEASE_RATE
  std::uint64_t max_total_thread_cache_bytes = std::uint64_t{32} << 20U;  // TCMALLOC_MAX_TOTAL_..._BYTES
  std::uint64_t max_per_cpu_cache_bytes = (std::uint64_t{3} << 20U) / 2;  // of google/tcmalloc
  unsigned cpus = 1;
};
enum class TcmallocFrontEnd : std::uint8_t { thread, cpu };

// TCMalloc: caches of threads or of CPUs, a central list for each of 85 classes to 256 KiB, spans of pages. The middle
// and the back are gperftools' with either front end.
class Tcmalloc final : public Allocator {
 public:
  Tcmalloc(ProcessMemory& memory, TcmallocFrontEnd front_end, const TcmallocOptions& options);

  bool start() override { return pages_.start() && add_thread().has_value(); }
  std::optional<unsigned> add_thread() override;
  void end_thread(unsigned thread) override { front_end_->end_thread(thread); }

  VirtAddr allocate(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_zeroed(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) override;
  VirtAddr reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) override;
  void free(unsigned thread, VirtAddr at) override;
  void free_sized(unsigned thread, VirtAddr at, std::uint64_t bytes) override;
  std::uint64_t usable_size(VirtAddr at) override;

  void flush() override;
  void purge() override { pages_.release_all(); }  // MallocExtension::ReleaseFreeMemory

  HeapTotals totals() override;
  std::uint64_t cached() override { return front_end_->cached(); }
  std::uint64_t metadata() override { return metadata_.bytes(); }
  std::uint64_t locks() override { return central_.locks() + pages_.locks(); }
  std::vector<AllocatorCount> counts() override;
  std::string_view last_words() const override;
  std::string broken() override;

 private:
  VirtAddr allocate_pages(std::uint64_t pages);
  tc::SpanId block_at(VirtAddr at);

  ProcessMemory& memory_;
  ProcessMetadata metadata_;
  tc::PageHeap pages_;
  tc::CentralLists central_;
  std::unique_ptr<tc::FrontEnd> front_end_;
  unsigned threads_ = 0;
  std::uint64_t small_bytes_ = 0;  // handed out, in blocks of classes
  std::uint64_t large_bytes_ = 0;
  std::uint64_t large_blocks_ = 0;  // ever
  std::string last_words_;
};

}  // namespace signalbox::alloc
