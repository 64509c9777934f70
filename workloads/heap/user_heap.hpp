#pragma once

#include <cstddef>
#include <string_view>

#include "kernel/alloc/process/process_heap.hpp"
#include "kernel/base/result.hpp"
#include "kernel/mm/mmu.hpp"
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
  explicit UserHeap(Caller& caller) : caller_(caller), thread_(caller.thread()) {}

  // Errno::enomem: there are no pages, or no size so large. Of 0 bytes, the smallest block.
  Result<VirtAddr> malloc(std::uint64_t bytes) {
    VirtAddr at;
    alloc::ProcessHeap* const own = made_heap();
    if (own == nullptr || !own->is_plain() || !pays_at_once(accesses_of_malloc)) [[unlikely]] {
      at = malloc_slowly(bytes);
    } else if (at = own->allocate_at_once(cache(), bytes); at == VirtAddr()) [[unlikely]] {
      at = allocate_inside(*own, bytes).at;
    }
    Result<VirtAddr> block = at;  // one object on all ways: g++ 12 copies two of them through memory, 15 cycles
    if (at == VirtAddr()) [[unlikely]]
      block = std::unexpected(made_heap() == nullptr ? Errno::enosys : Errno::enomem);
    return block;
  }
  // Zeroed.
  Result<VirtAddr> calloc(std::uint64_t count, std::uint64_t bytes);
  // Of null a malloc; to 0 bytes a free that answers null, as glibc's. An error leaves the old block as it was.
  Result<VirtAddr> realloc(VirtAddr at, std::uint64_t bytes);
  // Errno::einval: `alignment` is no power of two.
  Result<VirtAddr> aligned_alloc(std::uint64_t alignment, std::uint64_t bytes);
  // Of null nothing.
  void free(VirtAddr at) {
    if (at == VirtAddr()) return;
    alloc::ProcessHeap* const own = made_heap();
    if (own == nullptr || !own->is_plain() || !pays_at_once(accesses_of_free)) [[unlikely]]
      return free_slowly(at);
    if (!own->free_at_once(cache(), at)) [[unlikely]]
      free_inside(*own, at, "free");
  }
  // The same of a block that malloc(), calloc() or realloc() gave for so many bytes, or aligned_alloc() for them and
  // the alignment (C23, free_sized and free_aligned_sized); of any other size the program is aborted.
  void free_sized(VirtAddr at, std::uint64_t bytes);
  void free_aligned_sized(VirtAddr at, std::uint64_t alignment, std::uint64_t bytes);
  // What the block really holds; 0 for null.
  std::uint64_t usable_size(VirtAddr at);

 private:
  // What a malloc or free reads and writes if the cache has a block or room: the loads and stores of both on the host,
  // as g++ 12 compiles them (objdump of libsignalbox_malloc.so). malloc: the cache's address 2, the class 1, the bin's
  // count, low water, first slot 4, requests and bytes until the next look 4, the slot 1. free: the cache's address 2,
  // the page map 6, the bin 4, the slot 1. Checks have no price: no program has them.
  static constexpr std::uint64_t accesses_of_malloc = 12;
  static constexpr std::uint64_t accesses_of_free = 13;

  alloc::ProcessHeap* made_heap() { return thread_.process.heap.get(); }
  alloc::ProcessHeap* heap();
  alloc::CacheHandle cache() { return thread_.memory.heap_cache; }
  // false: it has not, for that takes time or cannot be.
  bool pays_at_once(std::uint64_t accesses) {
    Mmu& mmu = *thread_.memory.mmu;
    if (mmu.budget() < accesses || thread_.is_unwinding) [[unlikely]]
      return false;
    mmu.set_budget(mmu.budget() - accesses);
    return true;
  }
  void pay(std::uint64_t accesses);
  // Null: errors.
  VirtAddr malloc_slowly(std::uint64_t bytes);
  alloc::FreshBlock allocate_inside(alloc::ProcessHeap& heap, std::uint64_t bytes);
  Result<alloc::FreshBlock> allocate(alloc::ProcessHeap& heap, std::uint64_t bytes);
  // Tells whoever watches the heap.
  void tell(const alloc::ProcessHeap& heap, alloc::HeapEvent event);
  void hand_out(alloc::ProcessHeap& heap, VirtAddr at, std::uint64_t bytes);
  Result<VirtAddr> move(alloc::ProcessHeap& heap, VirtAddr at, std::uint64_t kept, std::uint64_t bytes);
  // So many bytes and their red zone, if there are any; as many as nobody has stay what they are.
  static std::uint64_t with_red_zone(const alloc::ProcessHeap& heap, std::uint64_t bytes);
  static std::uint64_t usable_size(alloc::ProcessHeap& heap, VirtAddr at);
  void set_red_zone(const alloc::ProcessHeap& heap, VirtAddr at, std::uint64_t bytes);
  void check_red_zone(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call);
  void fill_freed(alloc::ProcessHeap& heap, VirtAddr at);
  void fill(VirtAddr at, std::uint64_t bytes, std::byte with);
  void check_untouched(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call);
  bool is_untouched(VirtAddr at, std::uint64_t bytes);
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes);
  void free_slowly(VirtAddr at);
  // As a part of another call it is not told.
  enum class FreedBy : std::uint8_t { program, realloc };
  void free(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call, FreedBy by = FreedBy::program);
  void free_inside(alloc::ProcessHeap& heap, VirtAddr at, std::string_view call, FreedBy by = FreedBy::program);
  void free_of_class(VirtAddr at, std::uint64_t bytes, std::uint64_t alignment, std::string_view call);
  void abort(std::string_view call, std::string_view what, VirtAddr at);

  Caller& caller_;
  Thread& thread_;
};

}  // namespace signalbox
