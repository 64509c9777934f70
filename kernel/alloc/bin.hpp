#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "kernel/alloc/memory_tools.hpp"
#include "kernel/alloc/page_allocator.hpp"

namespace signalbox::alloc {

// What has been asked of a bin, under jemalloc's names (stats.arenas.<i>.bins.<j>.*).
struct BinStats {
  std::uint64_t nmalloc = 0;  // regions handed to caches and programs, and taken back
  std::uint64_t ndalloc = 0;
  std::uint64_t nrequests = 0;  // by programs
  std::uint64_t nfills = 0;
  std::uint64_t nflushes = 0;
  std::uint64_t nslabs = 0;    // made
  std::uint64_t nreslabs = 0;  // taken up again when they had room
  std::uint64_t curslabs = 0;
  std::uint64_t nonfull_slabs = 0;  // beside the current one

  std::uint64_t curregs() const { return nmalloc - ndalloc; }
};

// An arena's slabs of one class. Regions come from the current slab; when it is full, from the oldest that is not.
// Threads meet here only when a cache is filled or flushed. Pages are asked for, and given back, without the lock.
template <class P>
class Bin {
 public:
  // Regions for all of `out`, the lowest last; fewer, in front, if memory is out. `requests` by programs go into the
  // statistics.
  unsigned fill(Ground<P>& ground, PageAllocator<P>& pages, ClassIndex size_class, std::span<VirtAddr> out,
                std::uint64_t requests) {
    const auto wanted = static_cast<unsigned>(out.size());
    const SlabShape& shape = slab_shapes[size_class];
    unsigned count = 0;
    ExtentId spare;  // made by us while another thread had room
    mutex_.lock();
    while (true) {
      if (is_none(current_)) current_ = take_oldest(ground);
      if (is_none(current_) && !is_none(spare)) add(std::exchange(spare, {}));
      if (!is_none(current_)) {
        count += take_regions(ground.extent(current_), out.first(wanted - count), shape);
        if (ground.extent(current_).free_regions == 0) current_ = ExtentId();  // a full slab is in no list
        if (count == wanted) break;
        continue;
      }
      mutex_.unlock();
      spare = pages.allocate(ground, {.pages = shape.pages, .size_class = size_class, .is_slab = true});
      if constexpr (tells_memory_tools<P>) {
        if (!is_none(spare)) MemoryTools<P>::hide(ground.extent(spare).begin, ground.extent(spare).bytes);
      }
      mutex_.lock();
      if (is_none(spare) && is_none(current_) && nonfull_.is_empty()) break;
    }
    stats_.nmalloc += count;
    stats_.nrequests += requests;
    ++stats_.nfills;
    mutex_.unlock();
    if (!is_none(spare)) pages.deallocate(ground, spare);
    if (count < wanted) std::copy(out.end() - count, out.end(), out.begin());
    return count;
  }

  // Requires the lock. Answers whether the slab is empty now, and out of the bin.
  bool give_back(Ground<P>& ground, ExtentId id, VirtAddr at, const SlabShape& shape) {
    Extent<P>& slab = ground.extent(id);
    give_back_region(slab, at, shape);
    if (slab.free_regions == shape.regions) {
      if (id == current_) {
        current_ = ExtentId();
      } else if (shape.regions > 1) {
        nonfull_.remove(ground, id);
        --stats_.nonfull_slabs;
      }
      --stats_.curslabs;
      return true;
    }
    if (slab.free_regions == 1) has_room_again(ground, id);
    return false;
  }

  typename P::Mutex& mutex() { return mutex_; }
  BinStats& stats() { return stats_; }  // requires the lock
  // For whoever checks them; requires the lock or one thread.
  ExtentId current() const { return current_; }

 private:
  void add(ExtentId made) {
    ++stats_.nslabs;
    ++stats_.curslabs;
    current_ = made;
  }

  void has_room_again(Ground<P>& ground, ExtentId id) {
    if (is_none(current_) || is_before(ground.extent(id), ground.extent(current_))) {
      if (!is_none(current_)) put_aside(ground, current_);
      current_ = id;
      ++stats_.nreslabs;
    } else {
      put_aside(ground, id);
    }
  }

  void put_aside(Ground<P>& ground, ExtentId id) {
    nonfull_.insert(ground, id);
    ++stats_.nonfull_slabs;
  }

  ExtentId take_oldest(Ground<P>& ground) {
    const ExtentId id = nonfull_.first();
    if (is_none(id)) return id;
    nonfull_.remove(ground, id);
    --stats_.nonfull_slabs;
    ++stats_.nreslabs;
    return id;
  }

  typename P::Mutex mutex_;
  ExtentId current_;  // has room, or is none
  PairingHeap nonfull_;
  BinStats stats_;
};

}  // namespace signalbox::alloc
