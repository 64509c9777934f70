#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "kernel/alloc/heap_store.hpp"
#include "kernel/alloc/heap_totals.hpp"
#include "kernel/alloc/objects/kernel_pages.hpp"
#include "kernel/objects/object_memory.hpp"

namespace signalbox::alloc {

// Nothing of a kernel heap ages.
struct StillClock {
  static Instant now() { return {}; }
};

// What the allocator stands on for kernel objects: host pages, and one host thread at a time.
struct KernelPlatform : OneThread {
  using Source = KernelPages;
  using Memory = NoContents;
  using Metadata = HeapStore;
  using Clock = StillClock;
  using Mark = std::uint64_t;
#if defined(SIGNALBOX_ASAN) || defined(SIGNALBOX_VALGRIND)
  static constexpr bool tells_memory_tools = true;
#endif
  static void* place(VirtAddr at);
  static constexpr bool is_checked = false;
  static constexpr unsigned smallest_class = 1;
  static constexpr unsigned page_map_levels = 4;  // nodes of 4 KiB: small machines have three or four
  static constexpr unsigned most_arenas = 1;
  static constexpr unsigned cache_slots = 64;
  static constexpr unsigned cached_classes = small_class_count;
};

// Of one class, or of all. Bytes are what the objects take of the heap: their size class's.
struct ObjectCounts {
  std::uint64_t live = 0;
  std::uint64_t peak = 0;  // the most that were live at once
  std::uint64_t ever = 0;
  std::uint64_t bytes = 0;
  std::uint64_t peak_bytes = 0;

  bool operator==(const ObjectCounts&) const = default;
};

// The kernel objects of one machine, made by kernel/alloc and counted by class. When it ends none may be left.
class KernelHeap final : public ObjectMemory {
 public:
  KernelHeap();
  KernelHeap(const KernelHeap&) = delete;
  KernelHeap& operator=(const KernelHeap&) = delete;
  // A bug of ours if an object is live: says how many of which classes.
  ~KernelHeap();

  void* allocate(ObjectClass object_class, std::size_t bytes, std::size_t alignment) override;
  void free(ObjectClass object_class, void* at, std::size_t bytes, std::size_t alignment) noexcept override;

  const ObjectCounts& of(ObjectClass object_class) const { return counts_[static_cast<std::size_t>(object_class)]; }
  // Of all classes; the peaks are of all at once.
  const ObjectCounts& total() const { return total_; }
  // What it holds of the host's memory for them, and beside them.
  HeapTotals pages() { return totals_of(heap_); }
  std::uint64_t metadata_bytes() const { return metadata_.bytes(); }

  // "2 filp, 1 pipe_page"; empty: none is live.
  std::string live_objects() const;

 private:
  KernelPages pages_;
  NoContents memory_;
  HeapStore metadata_;
  StillClock clock_;
  Heap<KernelPlatform> heap_;
  Heap<KernelPlatform>::Cache* cache_;
  std::array<ObjectCounts, object_class_count> counts_;
  ObjectCounts total_;
};

}  // namespace signalbox::alloc
