#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/alloc/extent.hpp"

namespace signalbox::alloc {

// Free blocks of one class at hand for one thread.
struct CacheBin {
  std::uint32_t count;
  std::uint32_t low_water;  // the fewest since the last look: so many were not needed
  std::uint32_t capacity;   // 0 as long as the cache belongs to nobody
  std::uint32_t first_slot;
  std::uint64_t requests;    // not yet in the arena's statistics
  std::uint8_t lg_fill_div;  // a fill fetches capacity >> this
  bool was_filled;           // since the last look
};

// What a thread cache holds of a class at most: jemalloc's twice a slab's regions, from 20 to 200, and 20 large blocks.
constexpr std::uint32_t cache_capacity(unsigned size_class, unsigned most) {
  constexpr std::uint32_t fewest = 20;
  const std::uint32_t wanted = size_class < small_class_count ? 2U * slab_shapes[size_class].regions : fewest;
  return std::min<std::uint32_t>(std::max(wanted, fewest), most);
}

// Where there are many threads that allocate little, a cache begins with fewer places than cache_slots, and is replaced
// by a full one once it is busy.
template <class P>
concept GrowsCaches = requires {
  { P::first_cache_slots } -> std::convertible_to<unsigned>;
};

// A thread's own blocks: an array for each class, used as a stack, so that no freed block is ever written to. Its owner
// needs no lock. With capacity 0 everywhere it is always empty and always full: whoever uses it falls through to the
// heap's slow path. The arrays lie behind it.
template <class P>
class ThreadCache {
 public:
  static constexpr unsigned classes = P::cached_classes;
  static constexpr unsigned first_most = [] {
    if constexpr (GrowsCaches<P>) return P::first_cache_slots;
    return P::cache_slots;
  }();
  // With its arrays, of at most so many places each.
  static constexpr std::size_t bytes(unsigned most) {
    std::size_t slots = 0;
    for (unsigned i = 0; i < classes; ++i) slots += cache_capacity(i, most);
    return sizeof(ThreadCache) + slots * sizeof(VirtAddr);
  }

  VirtAddr* slots_of(const CacheBin& bin) {
    return static_cast<VirtAddr*>(static_cast<void*>(this + 1)) + bin.first_slot;
  }

  // The usual malloc; the null address: the slow path.
  VirtAddr pop(ClassIndex size_class, std::uint64_t bytes) {
    CacheBin& bin = bins[size_class];
    const std::uint32_t count = bin.count;
    if (count <= bin.low_water) [[unlikely]] {
      if (count == 0) return {};
      bin.low_water = count - 1;
    }
    if ((until_look -= static_cast<std::int64_t>(bytes)) < 0) [[unlikely]]
      return {};
    bin.count = count - 1;
    ++bin.requests;
    return slots_of(bin)[count - 1];
  }

  // The usual free. false: full.
  bool push(unsigned size_class, VirtAddr at) {
    CacheBin& bin = bins[size_class];
    const std::uint32_t count = bin.count;
    if (count == bin.capacity) [[unlikely]]
      return false;
    slots_of(bin)[count] = at;
    bin.count = count + 1;
    return true;
  }

  bool is_full(unsigned size_class) const { return bins[size_class].count == bins[size_class].capacity; }

  // Takes out the `count` that have been here longest; they are then in front of `slots` of the class no more.
  void drop_oldest(ClassIndex size_class, unsigned count) {
    CacheBin& bin = bins[size_class];
    VirtAddr* const begin = slots_of(bin);
    std::copy(begin + count, begin + bin.count, begin);
    bin.count -= count;
    bin.low_water = std::min(bin.low_water, bin.count);
  }

  void start(unsigned most, ArenaId belongs_to, std::int64_t bytes_until_look) {
    most_slots = most;
    ticks = 0;
    arena = belongs_to;
    until_look = bytes_until_look;
    next_look = 0;
    std::uint32_t slot = 0;
    for (unsigned i = 0; i < classes; ++i) {
      const std::uint32_t capacity = cache_capacity(i, most);
      bins[i] = {.count = 0,
                 .low_water = 0,
                 .capacity = capacity,
                 .first_slot = slot,
                 .requests = 0,
                 .lg_fill_div = 1,
                 .was_filled = false};
      slot += capacity;
    }
  }

  // What the other one holds and knows is here from now on. Requires that this one has just been started, is as large
  // at least, and of the same arena.
  void take_over(ThreadCache& other) {
    until_look = other.until_look;
    next_look = other.next_look;
    next_aged = other.next_aged;
    for (unsigned i = 0; i < classes; ++i) {
      CacheBin& from = other.bins[i];
      std::copy_n(other.slots_of(from), from.count, slots_of(bins[i]));
      bins[i].count = std::exchange(from.count, 0);
      bins[i].low_water = from.low_water;
      bins[i].requests = std::exchange(from.requests, 0);
      bins[i].lg_fill_div = from.lg_fill_div;
      bins[i].was_filled = from.was_filled;
    }
  }

  std::array<CacheBin, classes> bins;
  std::int64_t until_look;   // bytes to be allocated until the next look at a bin
  std::uint32_t next_look;   // that bin
  std::uint32_t ticks;       // slow paths since the clock was asked
  std::uint32_t next_aged;   // the arena whose pages aged last, beside its own
  std::uint32_t most_slots;  // of a class
  ArenaId arena;
  std::uint32_t self;       // its handle
  std::uint32_t next_free;  // handle of the next cache without an owner
};

}  // namespace signalbox::alloc
