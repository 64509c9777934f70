#pragma once

#include <atomic>
#include <type_traits>

#include "kernel/alloc/heap.hpp"
#include "tools/malloc/host_lock.hpp"
#include "tools/malloc/host_pages.hpp"

namespace signalbox::alloc {

// The host's pages where AddressSanitizer or memcheck is told of blocks: what is unmapped may become anybody's.
struct ToldHostPages : HostPages {
  static void* place(VirtAddr at) { return reinterpret_cast<void*>(at.value()); }
  bool unmap(VirtAddr at, std::uint64_t bytes) {
    MemoryTools<ToldHostPages>::reveal(at, bytes);
    return HostPages::unmap(at, bytes);
  }
};

// What the allocator stands on in a program of the host: real pointers, real threads. Memory tools (memory_tools.hpp)
// replace a program's malloc, so that it is a heap beside it that has something to tell them.
template <bool checked, bool told = false>
struct HostPlatform {
  using Source = std::conditional_t<told, ToldHostPages, HostPages>;
  using Memory = HostMemory;
  using Metadata = HostMetadata;
  using Clock = HostClock;
  using Mutex = HostLock;
  template <class T>
  using Atomic = HostAtomic<T>;
  using Mark = std::uint8_t;
  static constexpr bool is_checked = checked;
  static constexpr bool tells_memory_tools = told;
  static void* place(VirtAddr at) { return ToldHostPages::place(at); }
  static constexpr unsigned smallest_class =
      1;  // every block is aligned to 16 bytes, as x86-64's ABI lets compilers assume
  static constexpr unsigned page_map_levels = checked ? 3 : 2;  // of two levels a leaf with marks had 66 MiB
  static constexpr unsigned most_arenas = 256;
  static constexpr unsigned cache_slots = 200;
  static constexpr unsigned cached_classes = 45;  // to 64 KiB
};

// A heap of the host with all it stands on.
template <bool checked, bool told = false>
class HostHeap {
 public:
  explicit HostHeap(const HeapOptions& options)
      : heap_({.source = pages_, .memory = memory_, .metadata = metadata_, .clock = clock_, .options = options}) {}

  // Before all else. false: the host gives no memory.
  bool start() { return metadata_.start() && heap_.start(); }

  Heap<HostPlatform<checked, told>>& heap() { return heap_; }
  const HostMetadata& metadata() const { return metadata_; }

 private:
  HostPlatform<checked, told>::Source pages_;
  HostMemory memory_;
  HostClock clock_;
  HostMetadata metadata_;
  Heap<HostPlatform<checked, told>> heap_;
};

}  // namespace signalbox::alloc
