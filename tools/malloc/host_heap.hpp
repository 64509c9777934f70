#pragma once

#include <atomic>

#include "kernel/alloc/heap.hpp"
#include "tools/malloc/host_lock.hpp"
#include "tools/malloc/host_pages.hpp"

namespace signalbox::alloc {

// What the allocator stands on in a program of the host: real pointers, real threads.
template <bool checked>
struct HostPlatform {
  using Source = HostPages;
  using Memory = HostMemory;
  using Metadata = HostMetadata;
  using Clock = HostClock;
  using Mutex = HostLock;
  template <class T>
  using Atomic = HostAtomic<T>;
  using Mark = std::uint8_t;
  static constexpr bool is_checked = checked;
  static constexpr unsigned smallest_class =
      1;  // every block is aligned to 16 bytes, as x86-64's ABI lets compilers assume
  static constexpr unsigned page_map_levels = checked ? 3 : 2;  // of two levels a leaf with marks had 66 MiB
  static constexpr unsigned most_arenas = 256;
  static constexpr unsigned cache_slots = 200;
  static constexpr unsigned cached_classes = 45;  // to 64 KiB
};

// A heap of the host with all it stands on.
template <bool checked>
class HostHeap {
 public:
  explicit HostHeap(const HeapOptions& options)
      : heap_({.source = pages_, .memory = memory_, .metadata = metadata_, .clock = clock_, .options = options}) {}

  // Before all else. false: the host gives no memory.
  bool start() { return metadata_.start() && heap_.start(); }

  Heap<HostPlatform<checked>>& heap() { return heap_; }
  const HostMetadata& metadata() const { return metadata_; }

 private:
  HostPages pages_;
  HostMemory memory_;
  HostClock clock_;
  HostMetadata metadata_;
  Heap<HostPlatform<checked>> heap_;
};

}  // namespace signalbox::alloc
