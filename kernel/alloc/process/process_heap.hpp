#pragma once

#include <memory>
#include <vector>

#include "kernel/alloc/heap_store.hpp"
#include "kernel/alloc/heap_totals.hpp"
#include "kernel/alloc/process/heap_summary.hpp"
#include "kernel/alloc/process/heap_watch.hpp"
#include "kernel/alloc/process/process_pages.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox::alloc {

// What a heap is told of the time, whenever somebody enters it.
struct VisitClock {
  Instant now() const { return time; }
  Instant time;
};

// What the allocator stands on in an emulated process: addresses, its own system calls, and one baton for all threads.
struct ProcessPlatform : OneThread {
  using Source = ProcessPages;
  using Memory = NoContents;
  using Metadata = HeapStore;
  using Clock = VisitClock;
  using Mark = std::uint64_t;
  static constexpr bool is_checked = true;
  static constexpr bool keeps_requests = true;
  static constexpr unsigned smallest_class = 1;
  static constexpr unsigned page_map_levels = 6;  // nodes of 256 and 512 bytes
  static constexpr unsigned most_arenas = 64;
  static constexpr unsigned first_cache_slots = 8;  // 4 KiB a thread; a process has many
  static constexpr unsigned cache_slots = 32;       // 9 KiB, of a thread that allocates much
  static constexpr unsigned cached_classes = 41;    // to 32 KiB, jemalloc's tcache_max
};

// The settings of an emulated process's heap, of them jemalloc's defaults but for what keeps a small one small.
struct ProcessHeapOptions {
  HeapOptions heap = {.first_growth = std::uint64_t{128} << 10U};
  Dss dss = Dss::secondary;
  // opt.junk of jemalloc(3): new blocks are filled with 0xa5, freed ones with 0x5a.
  bool junks_new = false;
  bool junks_freed = false;
  // Looks, when a block is used again, whether it was written to meanwhile. Needs junks_freed.
  bool finds_late_writes = false;
  // opt.redzone of jemalloc(3), 3.x: 16 bytes behind each block are filled, and looked at when it is freed.
  bool has_red_zones = false;
  HeapWatch* watch = nullptr;

  bool operator==(const ProcessHeapOptions&) const = default;
};

// The heap of an emulated process: its program's malloc, as the C library has it beside the program. What a thread
// finds in its own cache it takes at once. All else takes system calls, in which the thread may be suspended, and the
// core must not meet another thread half-way: so one thread of the process is inside at a time, and others sleep.
class ProcessHeap {
 public:
  // `name` is what stall reports and traces say that threads wait for.
  ProcessHeap(const ProcessHeapOptions& options, NameId name);
  ~ProcessHeap();
  ProcessHeap& operator=(const ProcessHeap&) = delete;

  // The heap as the child of a fork has it. The maker's cache stays its first thread's; those of other threads, who are
  // not in the child, go back to the arenas. Requires that nobody is inside but perhaps the maker.
  std::unique_ptr<ProcessHeap> fork(CacheHandle makers) const;

  // From the thread's own cache, which takes no lock; null, or false: enter() first.
  VirtAddr allocate_at_once(CacheHandle cache, std::uint64_t bytes) {
    return cache == 0 ? VirtAddr() : heap_.allocate_from_cache(own(cache), bytes);
  }
  bool free_at_once(CacheHandle cache, VirtAddr at) { return cache != 0 && heap_.free_to_cache(own(cache), at); }
  std::uint64_t usable_size(VirtAddr at) { return heap_.usable_size(at); }
  bool is_in_use(VirtAddr at) { return heap_.is_in_use(at); }
  // What a block was asked with; requires it to be in use.
  std::uint64_t requested(VirtAddr at);
  static ClassIndex class_for(std::uint64_t bytes) { return Heap<ProcessPlatform>::class_for(bytes); }
  static ClassIndex class_for(std::uint64_t bytes, std::uint64_t alignment) {
    return Heap<ProcessPlatform>::class_for(bytes, alignment);
  }
  // Of a block that is in use.
  bool has_class(VirtAddr at, ClassIndex size_class) { return usable_size(at) == class_bytes(size_class); }

  // Whoever is inside leaves() it, or abandons it: then an operation was not finished, because the process ends, and
  // nobody comes in again.
  bool try_enter();
  bool is_abandoned() const { return is_abandoned_; }
  // Where those wait who could not enter; whoever leaves says whether they shall be woken.
  WaitQueue& waiters() { return waiters_; }
  bool leave();
  void abandon() { is_abandoned_ = true; }

  // What follows requires to be inside. The calling thread's cache is made at its first visit, and becomes a larger one
  // when it has been filled and emptied often.
  void begin_visit(HeapCalls& calls, CacheHandle& cache, Instant now);
  FreshBlock allocate_fresh(CacheHandle cache, std::uint64_t bytes) { return heap_.allocate_fresh(own(cache), bytes); }
  VirtAddr allocate_aligned(CacheHandle cache, std::uint64_t alignment, std::uint64_t bytes) {
    return heap_.allocate_aligned(own(cache), alignment, bytes);
  }
  Misuse free(CacheHandle cache, VirtAddr at) { return heap_.free(own(cache), at); }
  Reallocated resize(VirtAddr at, std::uint64_t bytes) { return heap_.resize(at, bytes); }

  // The thread whose cache it is has ended: whoever enters next gives its blocks back, and its cache serves again.
  void orphan(CacheHandle cache, Tid thread);

  const ProcessHeapOptions& options() const { return options_; }
  // Nobody watches, and no option reads or writes what is in blocks: the short ways will do.
  bool is_plain() const { return is_plain_; }
  // Tells whoever watches; the heap's number is filled in.
  void tell(HeapEvent event) const;
  // For statistics and checks.
  Heap<ProcessPlatform>& heap() { return heap_; }
  const PageCalls& calls() const { return pages_.counts(); }
  std::uint64_t waits() const { return waits_; }
  HeapSummary summary();
  // What it takes of the host's memory.
  std::size_t metadata_bytes() const;

 private:
  ProcessHeap(const ProcessHeap& other, CacheHandle makers);

  ThreadCache<ProcessPlatform>& own(CacheHandle cache) { return heap_.arenas().cache(cache); }
  Place<ProcessPlatform> place() {
    return {.source = pages_, .memory = contents_, .metadata = store_, .clock = clock_, .options = options_.heap};
  }

  void enlarge(CacheHandle& cache);
  HeapSummary deeds();

  ProcessHeapOptions options_;
  std::uint32_t number_ = options_.watch == nullptr ? 0 : options_.watch->number_heap();  // for whoever watches
  bool is_plain_ = !options_.junks_new && !options_.junks_freed && !options_.finds_late_writes &&
                   !options_.has_red_zones && options_.watch == nullptr;
  std::uint64_t mallocs_before_ = 0;  // what its maker had done when it was forked
  std::uint64_t frees_before_ = 0;
  HeapStore store_;
  ProcessPages pages_;
  NoContents contents_;
  VisitClock clock_;
  Heap<ProcessPlatform> heap_;
  WaitQueue waiters_;
  std::vector<CacheHandle> caches_;   // of living threads
  std::vector<CacheHandle> orphans_;  // of others, with blocks in them
  std::uint64_t waits_ = 0;           // how often somebody found another one inside
  bool is_held_ = false;
  bool is_abandoned_ = false;
};

}  // namespace signalbox::alloc
