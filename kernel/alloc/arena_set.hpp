#pragma once

#include <array>
#include <utility>

#include "kernel/alloc/arena.hpp"
#include "kernel/alloc/huge_blocks.hpp"
#include "kernel/alloc/thread_cache.hpp"

namespace signalbox::alloc {

// A heap's arenas and thread caches: who belongs where, made at first use, used again when a thread has gone.
template <class P>
class ArenaSet {
 public:
  using Cache = ThreadCache<P>;
  static_assert(P::cached_classes >= small_class_count, "the cache holds every small class");

  explicit ArenaSet(const Place<P>& place) : ground(place) {}

  // false: out of metadata.
  bool start() {
    ground.options.huge_min = std::min(ground.options.huge_min, large_max + 1);
    return ground.page_map.create(ground.metadata) && make_arena() != nullptr;
  }

  // See Heap::copy. For one host thread only.
  void copy(const ArenaSet& other) {
    ground.options = other.ground.options;
    ground.page_map = other.ground.page_map;
    ground.requested = other.ground.requested;
    huge = other.huge;
    arenas_ = other.arenas_;
    arena_count_ = other.arena_count_;
    free_caches_ = other.free_caches_;
  }

  // A cache for a new thread, in the arena with the fewest; null: out of metadata.
  Cache* adopt() {
    const Locked lock(mutex_);
    Cache* const found = free_cache(Cache::first_most);
    if (found == nullptr) return nullptr;
    const ArenaId chosen = least_used();
    ++arena(chosen).users;
    found->start(Cache::first_most, chosen, ground.options.tcache_gc_bytes);
    return found;
  }

  // A full one in the place of a thread's first cache, with what that held; null: out of metadata.
  Cache* enlarge(Cache& cache)
    requires GrowsCaches<P>
  {
    const Locked lock(mutex_);
    Cache* const larger = free_cache(P::cache_slots);
    if (larger == nullptr) return nullptr;
    larger->start(P::cache_slots, cache.arena, ground.options.tcache_gc_bytes);
    larger->take_over(cache);
    put_aside(cache);
    return larger;
  }

  // Requires the cache to be empty. It belongs to nobody until it is adopted again.
  void retire(Cache& cache) {
    const Locked lock(mutex_);
    --arena(cache.arena).users;
    put_aside(cache);
  }

  // The cache of that name, ThreadCache::self.
  Cache& cache(std::uint32_t handle) { return at(handle); }
  Arena<P>& arena(ArenaId id) { return *static_cast<Arena<P>*>(ground.metadata.at(arenas_[id.value()].load())); }
  unsigned arena_count() const { return arena_count_.load(); }

  // For a fork: nobody else is inside the allocator between the two. Always in this order; the pages' lock is the last
  // but the map's, as in an allocation.
  void lock_all() {
    for_all_mutexes([](auto& mutex) { mutex.lock(); });
  }
  void unlock_all() {
    for_all_mutexes([](auto& mutex) { mutex.unlock(); });
  }
  // In the child, where the threads that waited for them do not exist.
  void reset_all() {
    for_all_mutexes([](auto& mutex) { mutex.reset(); });
  }

  Ground<P> ground;
  HugeBlocks<P> huge;

 private:
  // Of those that nobody has: the first ones, and the full ones.
  std::uint32_t& free_list(unsigned most) { return free_caches_[most == Cache::first_most ? 0 : 1]; }
  Cache* free_cache(unsigned most) {
    std::uint32_t& first = free_list(most);
    std::uint32_t handle = first;
    if (handle == 0) {
      handle = ground.metadata.allocate(Cache::bytes(most));
      if (handle == 0) return nullptr;
      at(handle).self = handle;
    }
    first = at(handle).next_free;
    return &at(handle);
  }
  void put_aside(Cache& cache) {
    for (CacheBin& bin : cache.bins) bin.capacity = 0;
    cache.next_free = std::exchange(free_list(cache.most_slots), cache.self);
  }

  Cache& at(std::uint32_t handle) { return *static_cast<Cache*>(ground.metadata.at(handle)); }

  // One that nobody uses, else a new one, else the one with the fewest users.
  ArenaId least_used() {
    ArenaId best;
    for (unsigned i = 1; i < arena_count_.load(); ++i) {
      const ArenaId id(static_cast<std::uint16_t>(i));
      if (arena(id).users < arena(best).users) best = id;
    }
    if (arena(best).users == 0 || arena_count_.load() == std::min(ground.options.narenas, P::most_arenas)) return best;
    return make_arena() == nullptr ? best : ArenaId(static_cast<std::uint16_t>(arena_count_.load() - 1));
  }

  Arena<P>* make_arena() {
    const std::uint32_t handle = ground.metadata.allocate(sizeof(Arena<P>));
    if (handle == 0) return nullptr;
    auto* made = new (ground.metadata.at(handle)) Arena<P>{};
    const unsigned index = arena_count_.load();
    made->start(ground, ArenaId(static_cast<std::uint16_t>(index)), ground.clock.now());
    arenas_[index].store(handle);
    arena_count_.store(index + 1);
    return made;
  }

  template <class Act>
  void for_all_mutexes(Act act) {
    act(mutex_);
    for (unsigned i = 0; i < arena_count(); ++i) {
      Arena<P>& each = arena(ArenaId(static_cast<std::uint16_t>(i)));
      for (unsigned bin = 0; bin < small_class_count; ++bin) act(each.bin(bin).mutex());
      act(each.large_mutex());
      act(each.pages().mutex());
    }
    act(huge.mutex());
    act(ground.page_map.mutex());
  }

  typename P::Mutex mutex_;
  std::array<typename P::template Atomic<std::uint32_t>, P::most_arenas> arenas_{};
  typename P::template Atomic<std::uint32_t> arena_count_{};
  std::array<std::uint32_t, 2> free_caches_{};  // handles of the first in each list
};

}  // namespace signalbox::alloc
