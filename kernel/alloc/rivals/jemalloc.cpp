#include "kernel/alloc/rivals/jemalloc.hpp"

#include "kernel/alloc/invariants.hpp"

namespace signalbox::alloc {

Jemalloc::Jemalloc(ProcessMemory& memory, const HeapOptions& options)
    : memory_(memory),
      metadata_(memory),
      heap_({.source = memory, .memory = memory, .metadata = metadata_, .clock = memory, .options = options}) {}

bool Jemalloc::start() { return heap_.start() && add_thread().has_value(); }

std::optional<unsigned> Jemalloc::add_thread() {
  Cache* const cache = heap_.adopt_cache();
  if (cache == nullptr) return std::nullopt;
  caches_.push_back(cache);
  return static_cast<unsigned>(caches_.size() - 1);
}

void Jemalloc::end_thread(unsigned thread) {
  heap_.retire_cache(*caches_[thread]);
  caches_[thread] = nullptr;
}

VirtAddr Jemalloc::allocate(unsigned thread, std::uint64_t bytes) {
  return last_words_.empty() ? heap_.allocate(*caches_[thread], bytes) : VirtAddr();
}

VirtAddr Jemalloc::allocate_zeroed(unsigned thread, std::uint64_t bytes) {
  return last_words_.empty() ? heap_.allocate_zeroed(*caches_[thread], bytes) : VirtAddr();
}

VirtAddr Jemalloc::allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) {
  return last_words_.empty() ? heap_.allocate_aligned(*caches_[thread], alignment, bytes) : VirtAddr();
}

VirtAddr Jemalloc::reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) {
  if (at == VirtAddr()) return allocate(thread, bytes);
  if (!last_words_.empty()) return {};
  const Reallocated now = heap_.reallocate(*caches_[thread], at, bytes);
  end(now.misuse);
  return now.at;
}

void Jemalloc::free(unsigned thread, VirtAddr at) {
  if (at != VirtAddr() && last_words_.empty()) end(heap_.free(*caches_[thread], at));
}

void Jemalloc::free_sized(unsigned thread, VirtAddr at, std::uint64_t bytes) {
  if (at != VirtAddr() && last_words_.empty()) {
    end(heap_.free_sized(*caches_[thread], at, Heap<RivalPlatform>::class_for(bytes)));
  }
}

void Jemalloc::end(Misuse misuse) {
  if (misuse != Misuse::none) last_words_ = misuse_text(misuse);
}

void Jemalloc::flush() {
  for (Cache* cache : caches_) {
    if (cache != nullptr) heap_.flush(*cache);
  }
}

std::uint64_t Jemalloc::cached() {
  std::uint64_t bytes = 0;
  for (const Cache* cache : caches_) {
    if (cache == nullptr) continue;
    for (unsigned i = 0; i < Cache::classes; ++i) bytes += cache->bins[i].count * class_bytes(i);
  }
  return bytes;
}

std::uint64_t Jemalloc::locks() {
  std::uint64_t taken = heap_.arenas().huge.mutex().taken() + heap_.arenas().ground.page_map.mutex().taken();
  for (unsigned i = 0; i < heap_.arenas().arena_count(); ++i) {
    Arena<RivalPlatform>& arena = heap_.arenas().arena(ArenaId(static_cast<std::uint16_t>(i)));
    taken += arena.large_mutex().taken() + arena.pages().mutex().taken();
    for (unsigned bin = 0; bin < small_class_count; ++bin) taken += arena.bin(bin).mutex().taken();
  }
  return taken;
}

std::vector<AllocatorCount> Jemalloc::counts() {
  BinStats small;
  LargeStats large;
  PageStats pages;
  for (unsigned i = 0; i < heap_.arenas().arena_count(); ++i) {
    Arena<RivalPlatform>& arena = heap_.arenas().arena(ArenaId(static_cast<std::uint16_t>(i)));
    for (unsigned bin = 0; bin < small_class_count; ++bin) {
      const BinStats& each = arena.bin(bin).stats();
      small.nmalloc += each.nmalloc;
      small.nrequests += each.nrequests;
      small.nfills += each.nfills;
      small.nflushes += each.nflushes;
      small.nslabs += each.nslabs;
    }
    for (unsigned j = 0; j < large_class_count; ++j) large.nmalloc += arena.large(j).nmalloc;
    const PageStats each = arena.pages().stats();
    pages.nmadvise += each.nmadvise;
    pages.purged += each.purged;
  }
  return {{"small.nmalloc", small.nmalloc},
          {"small.nrequests", small.nrequests},
          {"small.nfills", small.nfills},
          {"small.nflushes", small.nflushes},
          {"small.nslabs", small.nslabs},
          {"large.nmalloc", large.nmalloc},
          {"huge.nmalloc", heap_.arenas().huge.stats().nmalloc},
          {"dirty_nmadvise", pages.nmadvise},
          {"dirty_purged", pages.purged}};
}

std::string Jemalloc::broken() { return InvariantWalk(heap_).broken(); }

}  // namespace signalbox::alloc
