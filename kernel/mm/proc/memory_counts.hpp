#pragma once

#include <cstdint>

namespace signalbox {

// A machine's memory in pages: what /proc/meminfo is made of (Linux 6.1, fs/proc/meminfo.c), and free(1) and vmstat(8)
// in turn.
struct MemoryCounts {
  std::uint64_t total = 0;  // what is managed: RAM without what the kernel took at boot
  std::uint64_t free = 0;
  std::uint64_t available = 0;  // an estimate: MemAvailable
  std::uint64_t buffers = 0;    // pages of block devices
  std::uint64_t cached = 0;     // pages of files and shared memory, without buffers and swap cache
  std::uint64_t swap_cached = 0;
  std::uint64_t active_anonymous = 0;
  std::uint64_t inactive_anonymous = 0;
  std::uint64_t active_file = 0;
  std::uint64_t inactive_file = 0;
  std::uint64_t unevictable = 0;
  std::uint64_t locked = 0;  // Mlocked
  std::uint64_t swap_total = 0;
  std::uint64_t swap_free = 0;
  std::uint64_t dirty = 0;
  std::uint64_t writeback = 0;
  std::uint64_t anonymous = 0;  // AnonPages: mapped ones
  std::uint64_t mapped = 0;     // pages of files that are mapped
  std::uint64_t shared = 0;     // Shmem
  std::uint64_t slab_reclaimable = 0;
  std::uint64_t slab_unreclaimable = 0;
  std::uint64_t kernel_stacks = 0;
  std::uint64_t page_tables = 0;
  std::uint64_t commit_limit = 0;
  std::uint64_t committed = 0;
  std::uint64_t anonymous_huge = 0;  // in small pages

  bool operator==(const MemoryCounts&) const = default;
};

// MemAvailable, from the machine's counts without it and the sum of all zones' watermarks and reserves
// (si_mem_available of mm/page_alloc.c, 6.1): free pages beyond what the kernel keeps, and of the cache what can go
// without thrashing. `low_marks` is the sum of the low watermarks, `reserve` of each zone's high watermark and largest
// lowmem reserve (totalreserve_pages).
std::uint64_t available_pages(const MemoryCounts& counts, std::uint64_t low_marks, std::uint64_t reserve);

}  // namespace signalbox
