#pragma once

#include "kernel/alloc/heap.hpp"

namespace signalbox::alloc {

// A heap in a few numbers, under jemalloc's names (stats.allocated and so on), in bytes. What thread caches hold counts
// as allocated. requested <= allocated <= active <= mapped; retained addresses, which hold no memory, are not in
// mapped.
struct HeapTotals {
  std::uint64_t requested = 0;  // what programs asked for and have, where that is kept; else 0
  std::uint64_t allocated = 0;
  std::uint64_t active = 0;
  std::uint64_t dirty = 0;
  std::uint64_t muzzy = 0;
  std::uint64_t mapped = 0;
  std::uint64_t retained = 0;
  std::uint64_t huge = 0;  // in allocated, too
  std::uint64_t free_extents = 0;
  std::uint64_t npurge = 0;
  std::uint64_t purged_pages = 0;
  unsigned narenas = 0;
};

template <class P>
void add_arena(HeapTotals& totals, Arena<P>& arena) {
  const PageStats pages = arena.pages().stats();
  totals.active += pages.active_pages * page_size;
  totals.dirty += pages.dirty_pages * page_size;
  totals.muzzy += pages.muzzy_pages * page_size;
  totals.retained += pages.retained_pages * page_size;
  totals.free_extents += pages.free_extents;
  totals.npurge += pages.npurge;
  totals.purged_pages += pages.purged;
  for (unsigned i = 0; i < small_class_count; ++i) {
    const Locked lock(arena.bin(i).mutex());
    totals.allocated += arena.bin(i).stats().curregs() * class_bytes(i);
  }
  const Locked lock(arena.large_mutex());
  for (unsigned i = 0; i < large_class_count; ++i) {
    totals.allocated += arena.large(i).curlextents() * class_bytes(small_class_count + i);
  }
}

// Each number is exact by itself; while other threads allocate, they are of slightly different moments.
template <class P>
HeapTotals totals_of(Heap<P>& heap) {
  HeapTotals totals;
  totals.requested = heap.arenas().ground.requested;
  totals.narenas = heap.arenas().arena_count();
  for (unsigned i = 0; i < totals.narenas; ++i)
    add_arena(totals, heap.arenas().arena(ArenaId(static_cast<std::uint16_t>(i))));
  totals.huge = heap.arenas().huge.stats().bytes;
  totals.allocated += totals.huge;
  totals.active += totals.huge;
  totals.mapped = totals.active + totals.dirty + totals.muzzy;
  return totals;
}

}  // namespace signalbox::alloc
