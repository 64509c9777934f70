#pragma once

#include <array>

#include "kernel/alloc/bin.hpp"

namespace signalbox::alloc {

// Large classes are those that no slab holds and that are not mapped each for itself: at most 16 KiB to 4 MiB.
inline constexpr std::uint64_t large_max = std::uint64_t{4} << 20U;
inline constexpr unsigned large_class_count = class_by_formula(large_max) + 1U - small_class_count;

// Of one large class, under jemalloc's names (stats.arenas.<i>.lextents.<j>.*).
struct LargeStats {
  std::uint64_t nmalloc = 0;
  std::uint64_t ndalloc = 0;
  std::uint64_t nrequests = 0;

  std::uint64_t curlextents() const { return nmalloc - ndalloc; }
};

// A part of the heap with its own bins, pages and locks; each thread cache belongs to one, so that threads seldom meet.
template <class P>
class Arena {
 public:
  void start(Ground<P>& ground, ArenaId id, Instant now) { pages_.start(ground, id, now); }

  unsigned fill(Ground<P>& ground, ClassIndex size_class, std::span<VirtAddr> out, std::uint64_t requests) {
    return bins_[size_class].fill(ground, pages_, size_class, out, requests);
  }

  // None: out of memory.
  ExtentId allocate_large(Ground<P>& ground, ClassIndex size_class, std::uint64_t alignment) {
    const ExtentId id = pages_.allocate(
        ground, {.pages = class_bytes(size_class) / page_size, .alignment = alignment, .size_class = size_class});
    if (!is_none(id)) count_large(size_class, 1, 0, 0);
    return id;
  }

  void free_large(Ground<P>& ground, ExtentId id) {
    count_large(ground.extent(id).size_class, 0, 1, 0);
    pages_.deallocate(ground, id);
  }

  // false: nothing happened. jemalloc counts a resized block as freed and allocated, too.
  bool resize_large(Ground<P>& ground, ExtentId id, ClassIndex size_class) {
    const ClassIndex old = ground.extent(id).size_class;
    const std::uint64_t pages = class_bytes(size_class) / page_size;
    const bool is_done = size_class > old ? pages_.grow_in_place(ground, id, pages, size_class)
                                          : pages_.shrink(ground, id, pages, size_class);
    if (!is_done) return false;
    count_large(old, 0, 1, 0);
    count_large(size_class, 1, 0, 0);
    return true;
  }

  void count_large(ClassIndex size_class, unsigned allocated, unsigned freed, std::uint64_t requested) {
    const Locked lock(large_mutex_);
    LargeStats& stats = large_[size_class - small_class_count];
    stats.nmalloc += allocated;
    stats.ndalloc += freed;
    stats.nrequests += requested;
  }

  // Regions of one class go back, those that belong to this arena: they are taken out of `blocks`, and the number of
  // the others, now in front, is answered.
  unsigned take_back(Ground<P>& ground, ArenaId self, ClassIndex size_class, std::span<VirtAddr> blocks,
                     std::uint64_t requests) {
    ExtentId emptied;
    unsigned left = 0;
    Bin<P>& bin = bins_[size_class];
    {
      const Locked lock(bin.mutex());
      for (const VirtAddr block : blocks) {
        const MapEntry entry = ground.lookup(block);
        if (entry.arena() != self) {
          blocks[left++] = block;
        } else if (bin.give_back(ground, entry.extent(), block, slab_shapes[size_class])) {
          ground.extent(entry.extent()).newer = emptied;
          emptied = entry.extent();
        }
      }
      ++bin.stats().nflushes;
      bin.stats().ndalloc += blocks.size() - left;
      bin.stats().nrequests += requests;
    }
    if (!is_none(emptied)) pages_.deallocate(ground, emptied);
    return left;
  }

  void count_requests(ClassIndex size_class, std::uint64_t requests) {
    const Locked lock(bins_[size_class].mutex());
    bins_[size_class].stats().nrequests += requests;
  }

  Bin<P>& bin(unsigned size_class) { return bins_[size_class]; }
  PageAllocator<P>& pages() { return pages_; }
  typename P::Mutex& large_mutex() { return large_mutex_; }
  const LargeStats& large(unsigned index) const { return large_[index]; }  // requires large_mutex

  unsigned users = 0;  // thread caches that belong to it; the heap's lock guards it

 private:
  std::array<Bin<P>, small_class_count> bins_;
  PageAllocator<P> pages_;
  typename P::Mutex large_mutex_;
  std::array<LargeStats, large_class_count> large_;
};

}  // namespace signalbox::alloc
