#pragma once

#include <algorithm>
#include <utility>

#include "kernel/alloc/cache_traffic.hpp"
#include "kernel/alloc/user_marks.hpp"

namespace signalbox::alloc {

// What realloc answers: where the block is now; null if memory is out, and then, or on misuse, the old block is as it
// was.
struct Reallocated {
  VirtAddr at;
  Misuse misuse = Misuse::none;
};

// A new block; `is_zeroed` if nobody has written to it since it was mapped or purged.
struct FreshBlock {
  VirtAddr at;
  bool is_zeroed = false;
};

// An allocator of jemalloc's structure: thread caches before arenas of slabs and extents before a page source, and huge
// blocks mapped each for itself. The calling thread's cache is handed in; one that belongs to nobody serves too, at the
// price of a lock each time. Blocks are addresses: nothing of them is read or written but by calloc and realloc.
template <Platform P>
class Heap {
 public:
  using Cache = ThreadCache<P>;

  explicit Heap(const Place<P>& place) : arenas_(place), traffic_(arenas_) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Before all else, unless it becomes a copy. false: out of metadata.
  bool start() { return arenas_.start(); }
  // Becomes the heap that `other` is now, whose metadata store has been copied into this one's: the child of a fork.
  void copy(const Heap& other) { arenas_.copy(other.arenas_); }

  // A thread's first and last call; null: out of metadata.
  Cache* adopt_cache() { return arenas_.adopt(); }
  // A full cache in the place of a thread's first one; null: out of metadata.
  Cache* enlarge_cache(Cache& cache)
    requires GrowsCaches<P>
  {
    return arenas_.enlarge(cache);
  }
  void retire_cache(Cache& cache) {
    traffic_.flush_all(cache);
    arenas_.retire(cache);
  }

  // The block for `bytes` is of this class; no_class: there is none so large.
  static constexpr ClassIndex class_for(std::uint64_t bytes) {
    if (bytes <= looked_up_size) [[likely]]
      return class_table<P::smallest_class>[(bytes + 7) / 8];
    return bytes > largest_size ? no_class : class_by_formula(bytes);
  }
  // And if its address shall be a multiple of `alignment`, a power of two.
  static constexpr ClassIndex class_for(std::uint64_t bytes, std::uint64_t alignment) {
    const ClassIndex small = aligned_small_class(alignment, bytes);
    if (small != no_class) return std::max<ClassIndex>(small, P::smallest_class);
    return class_for(std::max(bytes, large_min));
  }

  // Null: out of memory.
  VirtAddr allocate(Cache& cache, std::uint64_t bytes) {
    const VirtAddr at = allocate_from_cache(cache, bytes);
    if (at != VirtAddr()) [[likely]]
      return at;
    return handed_out(allocate_slowly(cache, class_for(bytes), page_size).at, bytes);
  }

  // The usual case of allocate(); null: the cache has none at hand.
  VirtAddr allocate_from_cache(Cache& cache, std::uint64_t bytes) {
    const ClassIndex size_class = class_for(bytes);
    if (size_class >= Cache::classes) [[unlikely]]
      return {};
    const VirtAddr at = cache.pop(size_class, bytes);
    return at != VirtAddr() ? handed_out(at, bytes) : at;
  }

  // To be zeroed by whoever asks, if it is not.
  FreshBlock allocate_fresh(Cache& cache, std::uint64_t bytes) {
    const ClassIndex size_class = class_for(bytes);
    FreshBlock block;
    if (size_class < Cache::classes) block.at = cache.pop(size_class, bytes);
    if (block.at == VirtAddr()) block = allocate_slowly(cache, size_class, page_size);
    handed_out(block.at, bytes);
    return block;
  }
  // Zeroed; what the source has just mapped need not be.
  VirtAddr allocate_zeroed(Cache& cache, std::uint64_t bytes)
    requires Contents<typename P::Memory>
  {
    const FreshBlock block = allocate_fresh(cache, bytes);
    if (block.at != VirtAddr() && !block.is_zeroed) arenas_.ground.memory.zero(block.at, bytes);
    if constexpr (tells_memory_tools<P>) {
      if (block.is_zeroed) MemoryTools<P>::reveal(block.at, bytes);
    }
    return block.at;
  }

  VirtAddr allocate_aligned(Cache& cache, std::uint64_t alignment, std::uint64_t bytes) {
    const ClassIndex size_class = class_for(bytes, alignment);
    if (size_class < Cache::classes && (size_class < small_class_count || alignment <= page_size)) {
      const VirtAddr at = cache.pop(size_class, bytes);
      if (at != VirtAddr()) return handed_out(at, bytes);
    }
    return handed_out(allocate_slowly(cache, size_class, std::max(alignment, page_size)).at, bytes);
  }

  Misuse free(Cache& cache, VirtAddr at) {
    const Found found = arenas_.ground.find(at);
    const unsigned size_class = found.entry.freeable_class();
    if (size_class < Cache::classes) [[likely]] {
      if constexpr (P::is_checked) {
        const Misuse misuse = take_from_program(arenas_.ground, found, at);
        if (misuse != Misuse::none) return misuse;
      }
      if (!push(cache, size_class, at)) [[unlikely]]
        free_slowly(cache, static_cast<ClassIndex>(size_class), at);
      return Misuse::none;
    }
    return free_large(found, at);
  }

  // The usual case of free(), and of free_sized() where its class is known; false: nothing happened.
  bool free_to_cache(Cache& cache, VirtAddr at) {
    const Found found = arenas_.ground.find(at);
    return free_to_cache(cache, at, found, found.entry.freeable_class());
  }
  bool free_to_cache(Cache& cache, VirtAddr at, ClassIndex size_class) {
    if constexpr (P::is_checked) {
      const Found found = arenas_.ground.find(at);
      return found.entry.freeable_class() == size_class && free_to_cache(cache, at, found, size_class);
    }
    return size_class < Cache::classes && push(cache, size_class, at);
  }

  // `size_class` is what class_for() says of the size, and the alignment, that the block was asked with.
  Misuse free_sized(Cache& cache, VirtAddr at, ClassIndex size_class) {
    if constexpr (P::is_checked) {
      const unsigned actual = arenas_.ground.lookup(at).freeable_class();
      if (actual < class_count && actual != size_class) return Misuse::wrong_size;
      return free(cache, at);
    }
    if (size_class >= Cache::classes) [[unlikely]]
      return free(cache, at);
    if (!push(cache, size_class, at)) [[unlikely]]
      free_slowly(cache, size_class, at);
    return Misuse::none;
  }

  // What of a realloc touches no contents: in place, or by moving pages. Null without misuse: it must be copied to
  // another block.
  Reallocated resize(VirtAddr at, std::uint64_t bytes) {
    const MapEntry entry = arenas_.ground.lookup(at);
    if (entry.freeable_class() >= class_count) return {.at = VirtAddr(), .misuse = misuse_of(entry)};
    if (const Misuse misuse = find_block_in_use(arenas_.ground, entry, at); misuse != Misuse::none) {
      return {.at = VirtAddr(), .misuse = misuse};
    }
    const auto old_class = static_cast<ClassIndex>(entry.freeable_class());
    const ClassIndex size_class = class_for(bytes);
    if (size_class == no_class) return {.at = VirtAddr()};
    const std::uint64_t old_bytes = requested_of(arenas_.ground, entry, at);
    const VirtAddr resized = size_class == old_class ? at : resize_pages(entry, at, old_class, size_class);
    if (resized == VirtAddr()) return {.at = resized};
    change_request(arenas_.ground, resized, old_bytes, bytes);
    if constexpr (tells_memory_tools<P>) MemoryTools<P>::resize_block(at, resized, bytes, class_bytes(size_class));
    return {.at = resized};
  }

  Reallocated reallocate(Cache& cache, VirtAddr at, std::uint64_t bytes)
    requires Contents<typename P::Memory>
  {
    const Reallocated resized = resize(at, bytes);
    if (resized.at != VirtAddr() || resized.misuse != Misuse::none) return resized;
    const VirtAddr moved = allocate(cache, bytes);
    if (moved == VirtAddr()) return {.at = moved};
    // All of it, for what of it was asked for is not known here.
    if constexpr (tells_memory_tools<P>) MemoryTools<P>::reveal(at, usable_size(at));
    arenas_.ground.memory.copy(moved, at, std::min(bytes, usable_size(at)));
    return {.at = moved, .misuse = free(cache, at)};
  }

  // What a block really holds; 0 for what is none.
  std::uint64_t usable_size(VirtAddr at) {
    const unsigned size_class = arenas_.ground.lookup(at).freeable_class();
    return size_class < class_count ? class_bytes(size_class) : 0;
  }

  // Whether it is a block in the program's hands, as far as that is known.
  bool is_in_use(VirtAddr at) {
    const MapEntry entry = arenas_.ground.lookup(at);
    return entry.freeable_class() < class_count && find_block_in_use(arenas_.ground, entry, at) == Misuse::none;
  }

  // Gives the cache's blocks back to the arenas.
  void flush(Cache& cache) { traffic_.flush_all(cache); }
  // Gives the memory of all free pages back to the system.
  void purge() {
    for (unsigned i = 0; i < arenas_.arena_count(); ++i) {
      arenas_.arena(ArenaId(static_cast<std::uint16_t>(i))).pages().purge_all(arenas_.ground);
    }
  }
  // Lets free pages age to now; the slow paths do so by themselves.
  void age() {
    for (unsigned i = 0; i < arenas_.arena_count(); ++i) {
      arenas_.arena(ArenaId(static_cast<std::uint16_t>(i))).pages().tick(arenas_.ground, arenas_.ground.clock.now());
    }
  }

  // For statistics, checks and forks.
  ArenaSet<P>& arenas() { return arenas_; }

 private:
  using Found = typename PageMap<P>::Found;

  bool free_to_cache(Cache& cache, VirtAddr at, [[maybe_unused]] const Found& found, unsigned size_class) {
    if (size_class >= Cache::classes) [[unlikely]]
      return false;
    if constexpr (P::is_checked) {
      if (cache.is_full(size_class)) [[unlikely]]
        return false;
      // On misuse nothing has happened, and free() finds it again.
      if (take_from_program(arenas_.ground, found, at) != Misuse::none) [[unlikely]]
        return false;
    }
    return push(cache, size_class, at);
  }

  VirtAddr handed_out(VirtAddr at, [[maybe_unused]] std::uint64_t bytes) {
    if constexpr (P::is_checked) {
      if (at != VirtAddr()) hand_out(arenas_.ground, at, bytes);
    }
    if constexpr (tells_memory_tools<P>) {
      if (at != VirtAddr()) MemoryTools<P>::begin_block(at, bytes, usable_size(at));
    }
    return at;
  }

  // false: the cache is full.
  static bool push(Cache& cache, unsigned size_class, VirtAddr at) {
    if (!cache.push(size_class, at)) [[unlikely]]
      return false;
    if constexpr (tells_memory_tools<P>) MemoryTools<P>::end_block(at, class_bytes(size_class));
    return true;
  }

  static bool is_owned(const Cache& cache) { return cache.bins[0].capacity != 0; }
  Arena<P>& arena_of(const Cache& cache) { return arenas_.arena(is_owned(cache) ? cache.arena : ArenaId()); }

  // The cache has nothing, or wants to be looked at first.
  [[gnu::noinline]] FreshBlock allocate_slowly(Cache& cache, ClassIndex size_class, std::uint64_t alignment) {
    if (size_class == no_class) return {};
    if (is_owned(cache) && cache.until_look < 0) traffic_.look(cache);
    if (size_class < small_class_count) {
      if (!is_owned(cache)) return {.at = allocate_uncached(size_class)};
      const VirtAddr at = cache.pop(size_class, 0);
      return {.at = at != VirtAddr() ? at : traffic_.fill(cache, size_class)};
    }
    if (size_class < Cache::classes && alignment == page_size) {
      const VirtAddr at = cache.pop(size_class, 0);
      if (at != VirtAddr()) return {.at = at};
    }
    return allocate_large(cache, size_class, alignment);
  }

  VirtAddr allocate_uncached(ClassIndex size_class) {
    VirtAddr at;
    arenas_.arena(ArenaId()).fill(arenas_.ground, size_class, {&at, 1}, 1);
    return at;
  }

  FreshBlock allocate_large(Cache& cache, ClassIndex size_class, std::uint64_t alignment) {
    Ground<P>& ground = arenas_.ground;
    ExtentId id;
    if (class_bytes(size_class) >= ground.options.huge_min) {
      id = arenas_.huge.allocate(ground, size_class, alignment);
    } else {
      Arena<P>& arena = arena_of(cache);
      id = arena.allocate_large(ground, size_class, alignment);
      if (!is_none(id)) arena.count_large(size_class, 0, 0, 1);
      if (is_owned(cache)) traffic_.tick(cache);
    }
    if (is_none(id)) return {};
    return {.at = ground.extent(id).begin, .is_zeroed = ground.extent(id).is_zeroed};
  }

  [[gnu::noinline]] void free_slowly(Cache& cache, ClassIndex size_class, VirtAddr at) {
    if constexpr (tells_memory_tools<P>) MemoryTools<P>::end_block(at, class_bytes(size_class));
    if (is_owned(cache)) {
      // The older half: what was freed last is the warmest.
      traffic_.flush(cache, size_class, cache.bins[size_class].capacity / 2);
      cache.push(size_class, at);
    } else if (size_class < small_class_count) {
      traffic_.give_back_small(ArenaId(), size_class, {&at, 1}, 0);
    } else {
      traffic_.give_back_large({&at, 1});
    }
  }

  [[gnu::noinline]] Misuse free_large(const Found& found, VirtAddr at) {
    const MapEntry entry = found.entry;
    if (entry.freeable_class() >= class_count) return misuse_of(entry);
    Ground<P>& ground = arenas_.ground;
    if (ground.extent(entry.extent()).begin != at) return Misuse::inside_a_block;
    if constexpr (P::is_checked) {
      const Misuse misuse = take_from_program(ground, found, at);
      if (misuse != Misuse::none) return misuse;
    }
    if constexpr (tells_memory_tools<P>) MemoryTools<P>::end_block(at, class_bytes(entry.freeable_class()));
    if (entry.arena() == HugeBlocks<P>::nobodys) {
      arenas_.huge.free(ground, entry.extent());
    } else {
      arenas_.arena(entry.arena()).free_large(ground, entry.extent());
    }
    return Misuse::none;
  }

  static Misuse misuse_of(MapEntry entry) {
    if (is_none(entry.extent())) return Misuse::unknown_address;
    return entry.state() == ExtentState::active ? Misuse::inside_a_block : Misuse::free_page;
  }

  // Between large classes, or between huge ones. Null: it must be copied.
  VirtAddr resize_pages(MapEntry entry, VirtAddr at, ClassIndex old_class, ClassIndex size_class) {
    if (old_class < small_class_count || size_class < small_class_count) return {};
    Ground<P>& ground = arenas_.ground;
    const bool was_huge = entry.arena() == HugeBlocks<P>::nobodys;
    const bool is_huge = class_bytes(size_class) >= ground.options.huge_min;
    if (was_huge != is_huge) return {};
    if (!is_huge)
      return arenas_.arena(entry.arena()).resize_large(ground, entry.extent(), size_class) ? at : VirtAddr();
    set_moved(ground, at, true);
    const VirtAddr resized = arenas_.huge.resize(ground, entry.extent(), size_class);
    set_moved(ground, resized == VirtAddr() ? at : resized, false);
    return resized;
  }

  ArenaSet<P> arenas_;
  CacheTraffic<P> traffic_;
};

}  // namespace signalbox::alloc
