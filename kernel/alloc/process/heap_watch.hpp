#pragma once

#include <cstdint>

#include "kernel/base/address.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// Names a thread's cache in its process's heap; 0: it has none yet.
using CacheHandle = std::uint32_t;

enum class HeapDeed : std::uint8_t { malloc, calloc, aligned_alloc, realloc, free, thread_end, heap_end };

// One thing that a program did to its heap, and with success.
struct HeapEvent {
  HeapDeed deed = HeapDeed::malloc;
  std::uint32_t heap = 0;  // numbered as they are made; a fork makes one
  Tid thread = {};
  Instant at = {};
  VirtAddr block = {};
  VirtAddr old = {};  // of a realloc
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;
};

// Is told what programs do to their heaps, in the order in which it happens: no address comes again before the end of
// the block that had it. Must outlive the heaps. Changes nothing of what is seen of a run.
class HeapWatch {
 public:
  virtual void heard(const HeapEvent& event) = 0;
  std::uint32_t number_heap() { return heaps_++; }

 protected:
  ~HeapWatch() = default;

 private:
  std::uint32_t heaps_ = 0;
};

}  // namespace signalbox::alloc
