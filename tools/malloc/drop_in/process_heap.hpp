#pragma once

#include <cstddef>

#include "tools/malloc/host_heap.hpp"

namespace signalbox::alloc {

#ifdef SIGNALBOX_MALLOC_CHECKED
inline constexpr bool is_checked_build = true;
#else
inline constexpr bool is_checked_build = false;
#endif

using ProcessHeap = Heap<HostPlatform<is_checked_build>>;
using ProcessCache = ProcessHeap::Cache;

// The program's one heap, in memory that is there before any constructor has run: malloc may be anybody's first call.
struct ProcessHeapRoom {
  alignas(64) std::byte bytes[sizeof(HostHeap<is_checked_build>)];
  HostHeap<is_checked_build>& host() { return *reinterpret_cast<HostHeap<is_checked_build>*>(bytes); }
};
extern ProcessHeapRoom process_heap_room;
inline ProcessHeap& process_heap() { return process_heap_room.host().heap(); }

// The calling thread's cache: nobody's, which is always empty and always full, until its first slow call, and again
// when the thread ends. Initial-exec: the library is preloaded or linked, never loaded later, and a thread's variable
// that ld.so makes at first use would call malloc.
extern thread_local constinit ProcessCache* thread_cache_of_caller __attribute__((tls_model("initial-exec")));

// Makes the heap and the caller's cache, where there is none yet. false: no memory.
bool ensure_thread();

// Says on standard error what the program has done, and aborts it.
[[noreturn]] void die_of(Misuse misuse, const void* at);

inline VirtAddr address(const void* at) { return VirtAddr(reinterpret_cast<std::uint64_t>(at)); }
inline void* pointer(VirtAddr at) { return reinterpret_cast<void*>(at.value()); }

// Where the caller's cache does not serve. They set errno, and die of misuse.
void* allocate_slowly(std::size_t bytes);
void free_slowly(void* at);
void free_slowly(void* at, ClassIndex size_class);

// malloc and free; the usual case inline, for whoever exports them under one of their many names.
inline void* allocate_in_process(std::size_t bytes) {
  const VirtAddr at = process_heap().allocate_from_cache(*thread_cache_of_caller, bytes);
  if (at != VirtAddr()) [[likely]]
    return pointer(at);
  return allocate_slowly(bytes);
}
// Requires a power of two.
void* allocate_in_process(std::size_t bytes, std::size_t alignment);

inline void free_in_process(void* at) {
  if (at == nullptr) [[unlikely]]
    return;
  if (!process_heap().free_to_cache(*thread_cache_of_caller, address(at))) [[unlikely]]
    free_slowly(at);
}
inline void free_in_process(void* at, std::size_t bytes) {
  if (at == nullptr) [[unlikely]]
    return;
  const ClassIndex size_class = ProcessHeap::class_for(bytes);
  if (!process_heap().free_to_cache(*thread_cache_of_caller, address(at), size_class)) [[unlikely]] {
    free_slowly(at, size_class);
  }
}
inline void free_in_process(void* at, std::size_t bytes, std::size_t alignment) {
  if (at != nullptr) free_slowly(at, ProcessHeap::class_for(bytes, alignment));
}

}  // namespace signalbox::alloc
