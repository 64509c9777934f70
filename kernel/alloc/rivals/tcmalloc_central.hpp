#pragma once

#include <array>
#include <vector>

#include "kernel/alloc/rivals/tcmalloc_page_heap.hpp"

namespace signalbox::alloc::tc {

// Blocks that are linked through their first words.
struct BlockList {
  VirtAddr first;
  VirtAddr last;
  unsigned count = 0;
};

// All classes' central lists: whole batches in slots as they came, and below them spans with free blocks. A class's
// slots are 16 at first; it may take more from other classes, to 64 or 1 MiB of blocks.
class CentralLists {
 public:
  CentralLists(ProcessMemory& memory, PageHeap& pages);

  // Up to `count` blocks, those of a slot if it is just a batch; fewer: memory is out.
  BlockList take(unsigned size_class, unsigned count);
  void give(unsigned size_class, BlockList blocks);

  // Blocks that are in slots or free in spans, in bytes.
  std::uint64_t free_bytes() const;
  // All slots back to their spans.
  void flush();
  std::uint64_t locks() const;
  std::uint64_t fills() const { return fills_; }
  std::uint64_t slot_hits() const { return slot_hits_; }
  std::uint64_t spans() const { return spans_; }
  std::string broken();

 private:
  struct Central {
    CountingMutex mutex;
    SpanList with_free;
    SpanList without;
    std::uint64_t free_blocks = 0;  // in spans
    std::vector<BlockList> slots;
    unsigned most_slots_now = 0;
    unsigned most_slots = 0;
  };

  bool populate(unsigned size_class);
  unsigned take_from_span(unsigned size_class, unsigned count, BlockList& blocks);
  void give_to_span(unsigned size_class, VirtAddr block);
  void give_to_spans(unsigned size_class, VirtAddr first);
  bool make_room(unsigned size_class);
  bool evict_from_another(unsigned size_class, bool is_forced);

  ProcessMemory& memory_;
  PageHeap& pages_;
  std::array<Central, most_classes> centrals_;
  unsigned next_victim_ = 0;
  std::uint64_t fills_ = 0;
  std::uint64_t slot_hits_ = 0;
  std::uint64_t spans_ = 0;
};

}  // namespace signalbox::alloc::tc
