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
  for (const CacheHandle cache : other.caches_) (cache == makers ? caches_ : orphans_).push_back(cache);
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
  if (cache != 0) return;
  const auto* const made = heap_.adopt_cache();
  CHECK(made != nullptr, "a process's store does not run out");
  cache = made->self;
  caches_.push_back(cache);
}

void ProcessHeap::orphan(CacheHandle cache) {
  std::erase(caches_, cache);
  orphans_.push_back(cache);
}

std::size_t ProcessHeap::metadata_bytes() const {
  return sizeof *this + store_.bytes() + (caches_.capacity() + orphans_.capacity()) * sizeof(CacheHandle);
}

}  // namespace signalbox::alloc
