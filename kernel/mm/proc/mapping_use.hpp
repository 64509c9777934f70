#pragma once

#include <cstdint>

namespace signalbox {

// What the pages of one VMA take, in bytes: what /proc/PID/smaps says of it below its line of maps (Linux 6.1,
// fs/proc/task_mmu.c, struct mem_size_stats). A page is shared if more than one address space maps it, dirty if its
// entry or its frame is. Who fills this divides each page by those who map it and rounds the sum down.
struct MappingUse {
  std::uint64_t resident = 0;
  std::uint64_t proportional = 0;        // Pss: each page divided by how often it is mapped
  std::uint64_t proportional_dirty = 0;  // of it, dirty pages
  std::uint64_t shared_clean = 0;
  std::uint64_t shared_dirty = 0;
  std::uint64_t private_clean = 0;
  std::uint64_t private_dirty = 0;
  std::uint64_t referenced = 0;  // accessed since the bit was last cleared
  std::uint64_t anonymous = 0;   // of no file, or copied on write from one
  std::uint64_t lazy_free = 0;   // given up by madv_free, and still there
  std::uint64_t anonymous_huge = 0;
  std::uint64_t shared_memory_huge = 0;
  std::uint64_t file_huge = 0;
  std::uint64_t swap = 0;
  std::uint64_t proportional_swap = 0;
  std::uint64_t proportional_locked = 0;  // the line Locked: Pss, if the VMA is locked
  bool may_be_huge = false;               // THPeligible

  MappingUse& operator+=(const MappingUse& other);
  bool operator==(const MappingUse&) const = default;
};

}  // namespace signalbox
