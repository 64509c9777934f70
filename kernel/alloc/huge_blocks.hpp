#pragma once

#include "kernel/alloc/extent_records.hpp"

namespace signalbox::alloc {

struct HugeStats {
  std::uint64_t nmalloc = 0;
  std::uint64_t ndalloc = 0;
  std::uint64_t bytes = 0;  // in use
};

// Blocks so large that each is mapped for itself and unmapped when it is freed, as jemalloc did until 4.x: their memory
// is never kept, and each costs two system calls and the faults of its pages.
template <class P>
class HugeBlocks {
 public:
  static constexpr ArenaId nobodys{0xffff};  // no arena takes its pages for neighbours

  // None: out of memory.
  ExtentId allocate(Ground<P>& ground, ClassIndex size_class, std::uint64_t alignment) {
    const Locked lock(mutex_);
    const std::uint64_t bytes = class_bytes(size_class);
    if (!records_.prepare(ground, 1)) return {};
    const VirtAddr begin = map(ground, bytes, alignment);
    if (begin == VirtAddr()) return {};
    const ExtentId id = records_.take(ground);
    Extent<P>& extent = ground.extent(id);
    extent.arena = nobodys;
    extent.state = ExtentState::active;
    extent.is_slab = false;
    extent.is_zeroed = true;
    enter(ground, id, begin, size_class);
    ++stats_.nmalloc;
    return id;
  }

  // Pages that cannot be unmapped are purged, and their addresses lost.
  void free(Ground<P>& ground, ExtentId id) {
    const Locked lock(mutex_);
    remove(ground, id);
    ++stats_.ndalloc;
    unmap(ground, ground.extent(id).begin, ground.extent(id).bytes);
    records_.give_back(ground, id);
  }

  // By moving pages, not bytes. Null: nothing happened.
  VirtAddr resize(Ground<P>& ground, ExtentId id, ClassIndex size_class) {
    const Locked lock(mutex_);
    const Extent<P>& extent = ground.extent(id);
    const VirtAddr old = extent.begin;
    const std::uint64_t old_bytes = extent.bytes;
    const std::uint64_t bytes = class_bytes(size_class);
    const bool is_growth = bytes > old_bytes;
    const VirtAddr begin = is_growth ? map(ground, bytes, page_size) : old;
    if (begin == VirtAddr()) return {};
    // Out of the page map before the addresses can become another thread's.
    const ClassIndex old_class = extent.size_class;
    remove(ground, id);
    const bool is_done = is_growth ? ground.source.move(old, old_bytes, begin, bytes)
                                   : ground.source.unmap(old + bytes, old_bytes - bytes);
    enter(ground, id, is_done ? begin : old, is_done ? size_class : old_class);
    return is_done ? begin : VirtAddr();
  }

  HugeStats stats() {
    const Locked lock(mutex_);
    return stats_;
  }
  typename P::Mutex& mutex() { return mutex_; }

 private:
  static VirtAddr map(Ground<P>& ground, std::uint64_t bytes, std::uint64_t alignment) {
    if (bytes > most_pages * page_size) return {};
    const VirtAddr begin = ground.source.map(bytes, alignment);
    if (begin == VirtAddr() || ground.page_map.reserve(ground.metadata, begin, bytes)) return begin;
    unmap(ground, begin, bytes);
    return {};
  }

  static void unmap(Ground<P>& ground, VirtAddr begin, std::uint64_t bytes) {
    if (!ground.source.unmap(begin, bytes)) ground.source.purge(begin, bytes, Purge::forced);
  }

  void enter(Ground<P>& ground, ExtentId id, VirtAddr begin, ClassIndex size_class) {
    Extent<P>& extent = ground.extent(id);
    extent.begin = begin;
    extent.bytes = class_bytes(size_class);
    extent.size_class = size_class;
    ground.enter(id);
    stats_.bytes += extent.bytes;
  }

  void remove(Ground<P>& ground, ExtentId id) {
    stats_.bytes -= ground.extent(id).bytes;
    ground.remove(id);
  }

  typename P::Mutex mutex_;
  ExtentRecords<P> records_;
  HugeStats stats_;
};

}  // namespace signalbox::alloc
