#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "kernel/alloc/arena_set.hpp"

namespace signalbox::alloc {

// What goes between thread caches and arenas: small blocks by half caches, large ones one by one.
template <class P>
class CacheTraffic {
 public:
  using Cache = ThreadCache<P>;

  explicit CacheTraffic(ArenaSet<P>& arenas) : arenas_(arenas) {}

  // Fills a small class; the null address: out of memory. Otherwise one block of what came.
  VirtAddr fill(Cache& cache, ClassIndex size_class) {
    CacheBin& bin = cache.bins[size_class];
    const std::uint32_t wanted = std::max<std::uint32_t>(bin.capacity >> bin.lg_fill_div, 1);
    const std::span slots(cache.slots_of(bin), wanted);
    const unsigned count = arena_of(cache).fill(arenas_.ground, size_class, slots, bin.requests + 1);
    bin.requests = 0;
    tick(cache);
    if (count == 0) return {};
    bin.was_filled = true;
    bin.count = count - 1;
    bin.low_water = 0;
    return slots[count - 1];
  }

  // The `count` blocks of a class that have been in the cache longest go back.
  void flush(Cache& cache, ClassIndex size_class, unsigned count) {
    CacheBin& bin = cache.bins[size_class];
    const std::span blocks(cache.slots_of(bin), count);
    if (size_class < small_class_count) {
      give_back_small(cache.arena, size_class, blocks, bin.requests);
    } else {
      give_back_large(blocks);
      arena_of(cache).count_large(size_class, 0, 0, bin.requests);
    }
    bin.requests = 0;
    cache.drop_oldest(size_class, count);
    tick(cache);
  }

  void flush_all(Cache& cache) {
    for (unsigned i = 0; i < Cache::classes; ++i) {
      const auto size_class = static_cast<ClassIndex>(i);
      if (cache.bins[i].count != 0 || cache.bins[i].requests != 0) flush(cache, size_class, cache.bins[i].count);
    }
  }

  // Now and then a bin is looked at: three quarters of what it did not need since the last time go back, and fills
  // become smaller; if it was empty after a fill, they become larger (jemalloc 5, tcache_gc_small).
  void look(Cache& cache) {
    cache.until_look = arenas_.ground.options.tcache_gc_bytes;
    const auto size_class = static_cast<ClassIndex>(cache.next_look);
    cache.next_look = cache.next_look + 1 == Cache::classes ? 0 : cache.next_look + 1;
    CacheBin& bin = cache.bins[size_class];
    if (bin.low_water > 0) {
      flush(cache, size_class, bin.low_water - bin.low_water / 4);
      if (bin.capacity >> (bin.lg_fill_div + 1U) >= 1) ++bin.lg_fill_div;
    } else if (bin.was_filled && bin.lg_fill_div > 1) {
      --bin.lg_fill_div;
    }
    bin.was_filled = false;
    bin.low_water = bin.count;
  }

  // Blocks of one small class, of any arenas; each arena's go back under one lock. `requests` are those of `own`.
  void give_back_small(ArenaId own, ClassIndex size_class, std::span<VirtAddr> blocks, std::uint64_t requests) {
    while (!blocks.empty()) {
      const ArenaId owner = arenas_.ground.lookup(blocks.front()).arena();
      const std::uint64_t counted = owner == own ? std::exchange(requests, 0) : 0;
      blocks = blocks.first(arenas_.arena(owner).take_back(arenas_.ground, owner, size_class, blocks, counted));
    }
    if (requests != 0) arenas_.arena(own).count_requests(size_class, requests);
  }

  void give_back_large(std::span<const VirtAddr> blocks) {
    for (const VirtAddr block : blocks) {
      const MapEntry entry = arenas_.ground.lookup(block);
      arenas_.arena(entry.arena()).free_large(arenas_.ground, entry.extent());
    }
  }

  // One in a thousand slow paths asks the clock, and lets free pages age: those of the cache's arena, and of one more
  // in turn, for an arena whose threads have gone has nobody else.
  void tick(Cache& cache) {
    constexpr std::uint32_t ticks_per_update = 1000;
    if (++cache.ticks < ticks_per_update) return;
    cache.ticks = 0;
    const Instant now = arenas_.ground.clock.now();
    arena_of(cache).pages().tick(arenas_.ground, now);
    const unsigned arenas = arenas_.arena_count();
    if (arenas == 1) return;
    cache.next_aged = (cache.next_aged + 1) % arenas;
    arenas_.arena(ArenaId(static_cast<std::uint16_t>(cache.next_aged))).pages().tick(arenas_.ground, now);
  }

  Arena<P>& arena_of(const Cache& cache) { return arenas_.arena(cache.arena); }

 private:
  ArenaSet<P>& arenas_;
};

}  // namespace signalbox::alloc
