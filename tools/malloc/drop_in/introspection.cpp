// What glibc tells of its heap, told of ours: mallinfo(3), malloc_stats(3), malloc_info(3), malloc_trim(3), mallopt(3).
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "kernel/alloc/heap_totals.hpp"
#include "tools/malloc/drop_in/process_heap.hpp"

using namespace signalbox::alloc;

namespace {

HeapTotals totals() { return ensure_thread() ? totals_of(process_heap()) : HeapTotals{}; }

int clamped(std::size_t bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes, std::numeric_limits<int>::max()));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

struct mallinfo2 mallinfo2() noexcept {
  const HeapTotals now = totals();
  struct mallinfo2 info{};
  info.arena = now.mapped - now.huge;
  info.ordblks = now.free_extents;
  info.hblkhd = now.huge;
  info.uordblks = now.allocated - now.huge;
  info.fordblks = info.arena - std::min(info.arena, info.uordblks);  // other threads may go on meanwhile
  info.keepcost = now.dirty + now.muzzy;                             // what malloc_trim would give back
  return info;
}

struct mallinfo mallinfo() noexcept {
  const struct mallinfo2 wide = mallinfo2();
  struct mallinfo info{};
  info.arena = clamped(wide.arena);
  info.ordblks = clamped(wide.ordblks);
  info.hblkhd = clamped(wide.hblkhd);
  info.uordblks = clamped(wide.uordblks);
  info.fordblks = clamped(wide.fordblks);
  info.keepcost = clamped(wide.keepcost);
  return info;
}

void malloc_stats() noexcept {
  const HeapTotals now = totals();
  char text[256];
  const int length = std::snprintf(text, sizeof text,
                                   "signalbox_malloc: allocated %zu, active %zu, dirty %zu, muzzy %zu, mapped %zu, "
                                   "retained %zu, metadata %zu, arenas %u\n",
                                   now.allocated, now.active, now.dirty, now.muzzy, now.mapped, now.retained,
                                   process_heap_room.host().metadata().bytes(), now.narenas);
  if (length > 0) [[maybe_unused]]
    const ssize_t n = write(STDERR_FILENO, text, static_cast<std::size_t>(length));
}

int malloc_info(int options, FILE* out) noexcept {
  if (options != 0) {
    errno = EINVAL;
    return -1;
  }
  const HeapTotals now = totals();
  std::fprintf(out,
               "<malloc version=\"signalbox-1\">\n<system type=\"current\" size=\"%zu\"/>\n<aspace type=\"total\" "
               "size=\"%zu\"/>\n<total type=\"mmap\" size=\"%zu\"/>\n<allocated size=\"%zu\"/>\n</malloc>\n",
               now.mapped, now.mapped + now.retained, now.huge, now.allocated);
  return 0;
}

// 1: memory was given back.
int malloc_trim(std::size_t) noexcept {
  if (!ensure_thread()) return 0;
  process_heap().flush(*thread_cache_of_caller);
  const HeapTotals before = totals();
  process_heap().purge();
  return before.dirty + before.muzzy != 0 ? 1 : 0;
}

// glibc's tunables have no counterpart here: refused, which mallopt(3) says by 0.
int mallopt(int, int) noexcept { return 0; }

}  // extern "C"
#pragma GCC visibility pop
