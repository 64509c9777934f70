#include "kernel/alloc/process/process_heap.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox::alloc {

ProcessHeap::ProcessHeap(const ProcessHeapOptions& options, NameId name)
    : options_(options),
      pages_(options.dss, options.heap.huge_min),
      heap_(place()),
      waiters_(WaitLabel{WaitKind::mutex, name, OnSignal::sleeps_on}) {
  CHECK(heap_.start(), "a process's store does not run out");
}

ProcessHeap::ProcessHeap(const ProcessHeap& other, CacheHandle makers)
    : options_(other.options_),
      store_(other.store_),
      pages_(other.pages_),
      clock_(other.clock_),
      heap_(place()),
      waiters_(other.waiters_.label()),
      orphans_(other.orphans_) {
  heap_.copy(other.heap_);
  pages_.serve(nullptr);
  pages_.forget_calls();
  for (const CacheHandle cache : other.caches_) (cache == makers ? caches_ : orphans_).push_back(cache);
  const HeapSummary before = deeds();
  mallocs_before_ = before.mallocs;
  frees_before_ = before.frees;
}

ProcessHeap::~ProcessHeap() { tell({.deed = HeapDeed::heap_end, .at = clock_.time}); }

void ProcessHeap::tell(HeapEvent event) const {
  if (options_.watch == nullptr) return;
  event.heap = number_;
  options_.watch->heard(event);
}

std::uint64_t ProcessHeap::requested(VirtAddr at) {
  Ground<ProcessPlatform>& ground = heap_.arenas().ground;
  return requested_of(ground, ground.lookup(at), at);
}

std::unique_ptr<ProcessHeap> ProcessHeap::fork(CacheHandle makers) const {
  return std::unique_ptr<ProcessHeap>(new ProcessHeap(*this, makers));
}

bool ProcessHeap::try_enter() {
  if (is_held_ || is_abandoned_) {
    ++waits_;
    return false;
  }
  return is_held_ = true;
}

bool ProcessHeap::leave() {
  is_held_ = false;
  pages_.serve(nullptr);
  return !waiters_.empty();
}

void ProcessHeap::begin_visit(HeapCalls& calls, CacheHandle& cache, Instant now) {
  pages_.serve(&calls);
  clock_.time = now;
  while (!orphans_.empty()) {
    const CacheHandle orphan = orphans_.back();
    orphans_.pop_back();
    heap_.retire_cache(own(orphan));
  }
  if (cache != 0) return enlarge(cache);
  const auto* const made = heap_.adopt_cache();
  CHECK(made != nullptr, "a process's store does not run out");
  cache = made->self;
  caches_.push_back(cache);
}

void ProcessHeap::enlarge(CacheHandle& cache) {
  constexpr std::uint32_t busy = 64;  // fills, flushes and large blocks
  ThreadCache<ProcessPlatform>& small = own(cache);
  if (small.most_slots == ProcessPlatform::cache_slots || small.ticks < busy) return;
  const auto* const larger = heap_.enlarge_cache(small);
  CHECK(larger != nullptr, "a process's store does not run out");
  std::ranges::replace(caches_, cache, larger->self);
  cache = larger->self;
}

void ProcessHeap::orphan(CacheHandle cache, Tid thread) {
  tell({.deed = HeapDeed::thread_end, .thread = thread, .at = clock_.time});
  std::erase(caches_, cache);
  orphans_.push_back(cache);
}

// Since the heap was made, or the one that it is a copy of.
HeapSummary ProcessHeap::deeds() {
  const HugeStats& huge = heap_.arenas().huge.stats();
  std::uint64_t mallocs = huge.nmalloc;
  std::uint64_t live = huge.nmalloc - huge.ndalloc;
  for (unsigned i = 0; i < heap_.arenas().arena_count(); ++i) {
    Arena<ProcessPlatform>& arena = heap_.arenas().arena(ArenaId(static_cast<std::uint16_t>(i)));
    for (unsigned bin = 0; bin < small_class_count; ++bin) {
      mallocs += arena.bin(bin).stats().nrequests;
      live += arena.bin(bin).stats().curregs();
    }
    for (unsigned large = 0; large < large_class_count; ++large) {
      mallocs += arena.large(large).nrequests;
      live += arena.large(large).curlextents();
    }
  }
  for (const auto* handles : {&caches_, &orphans_}) {
    for (const CacheHandle handle : *handles) {
      for (const CacheBin& bin : own(handle).bins) {
        mallocs += bin.requests;
        live -= bin.count;
      }
    }
  }
  return {.mallocs = mallocs, .frees = mallocs - live, .waits = waits_, .calls = pages_.counts()};
}

HeapSummary ProcessHeap::summary() {
  HeapSummary now = deeds();
  now.heaps = 1;
  now.mallocs -= mallocs_before_;
  now.frees -= frees_before_;
  const HeapTotals totals = totals_of(heap_);
  now.requested = totals.requested;
  now.allocated = totals.allocated;
  now.active = totals.active;
  now.resident = totals.active + totals.dirty;
  now.mapped = totals.mapped;
  return now;
}

std::size_t ProcessHeap::metadata_bytes() const {
  return sizeof *this + store_.bytes() + (caches_.capacity() + orphans_.capacity()) * sizeof(CacheHandle);
}

}  // namespace signalbox::alloc
