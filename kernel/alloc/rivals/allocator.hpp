#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/alloc/heap_totals.hpp"
#include "kernel/alloc/rivals/process_memory.hpp"

namespace signalbox::alloc {

// A number that an allocator counts, under jemalloc's name where it has one for it.
struct AllocatorCount {
  std::string name;
  std::uint64_t value;
};

// A process's malloc, whichever it is. Threads are numbered from 0, the first of which is there from the beginning.
// Whatever a program may not do with a block, ends it or goes unnoticed, as with the model.
class Allocator {
 public:
  Allocator() = default;
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;
  virtual ~Allocator() = default;

  // Before all else. false: there is no memory for it.
  virtual bool start() = 0;
  // The number of a new thread; none: out of memory.
  virtual std::optional<unsigned> add_thread() = 0;
  virtual void end_thread(unsigned thread) = 0;

  // Null: out of memory, or ended.
  virtual VirtAddr allocate(unsigned thread, std::uint64_t bytes) = 0;
  virtual VirtAddr allocate_zeroed(unsigned thread, std::uint64_t bytes) = 0;
  virtual VirtAddr allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) = 0;
  // Null: the block is as it was. Requires bytes > 0: what 0 means, each model answers otherwise.
  virtual VirtAddr reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) = 0;
  virtual void free(unsigned thread, VirtAddr at) = 0;
  // `bytes` is what the block was asked with, without an alignment.
  virtual void free_sized(unsigned thread, VirtAddr at, std::uint64_t) { free(thread, at); }
  virtual std::uint64_t usable_size(VirtAddr at) = 0;

  // All caches give back what they hold.
  virtual void flush() = 0;
  // Gives the memory of what is free back to the system, as far as the model's own call does.
  virtual void purge() = 0;

  // Of the whole heap, in bytes, as of the last thing that it did.
  virtual HeapTotals totals() = 0;
  // In caches of threads or CPUs.
  virtual std::uint64_t cached() = 0;
  virtual std::uint64_t metadata() = 0;
  // Locks taken so far.
  virtual std::uint64_t locks() = 0;
  virtual std::vector<AllocatorCount> counts() = 0;
  // What it said when it ended the process, word by word; empty: it runs.
  virtual std::string_view last_words() const = 0;
  // The first promise of its own that does not hold; empty if all is well. Reads the whole heap.
  virtual std::string broken() = 0;
};

}  // namespace signalbox::alloc
