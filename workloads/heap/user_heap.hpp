#pragma once

#include <cstddef>
#include <string_view>

#include "kernel/alloc/process/process_heap.hpp"
#include "kernel/base/result.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// malloc(3) and its relatives for the running thread: the C library beside the program, not in the kernel. Blocks lie
// in emulated memory. A call that finds a block in the thread's cache costs a few memory accesses and enters no kernel;
// others pay for a lock and the system calls that they make. Errno::enosys on a machine without memory.
//
// Any of these may suspend the thread. What a program must not do, such as a double free, prints a line on its standard
// error, as glibc does, and aborts the process. In a thread that unwinds they do what needs no waiting.
class UserHeap {
 public:
  explicit UserHeap(Caller& caller) : caller_(caller) {}

  // Errno::enomem: there are no pages, or no size so large. Of 0 bytes, the smallest block.
  Result<VirtAddr> malloc(std::uint64_t bytes);
  // Zeroed.
  Result<VirtAddr> calloc(std::uint64_t count, std::uint64_t bytes);
  // Of null a malloc; to 0 bytes a free that answers null, as glibc's. An error leaves the old block as it was.
  Result<VirtAddr> realloc(VirtAddr at, std::uint64_t bytes);
  // Errno::einval: `alignment` is no power of two.
  Result<VirtAddr> aligned_alloc(std::uint64_t alignment, std::uint64_t bytes);
  // Of null nothing.
  void free(VirtAddr at);
  // What the block really holds; 0 for null.
  std::uint64_t usable_size(VirtAddr at);

 private:
  alloc::ProcessHeap* heap();
  alloc::CacheHandle cache() { return caller_.thread().memory.heap_cache; }
  void pay();
  Result<alloc::FreshBlock> allocate(alloc::ProcessHeap& heap, std::uint64_t bytes);
  Result<VirtAddr> handed_out(alloc::ProcessHeap& heap, VirtAddr at);
  void fill(VirtAddr at, std::uint64_t bytes, std::byte with);
  void check_untouched(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call);
  bool is_untouched(VirtAddr at, std::uint64_t bytes);
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes);
  void free(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call);
  void abort(std::string_view call, std::string_view what, VirtAddr at);

  Caller& caller_;
};

}  // namespace signalbox
