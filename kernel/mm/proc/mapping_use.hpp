#pragma once

#include <cstdint>

namespace signalbox {

// What the pages of one VMA take, in bytes: what /proc/PID/smaps says of it below its line of maps (Linux 6.1,
// fs/proc/task_mmu.c, struct mem_size_stats). A page is shared if more than one address space maps it, dirty if its
// entry or its frame is. Of a page that n mappings have, each counts an nth in the proportional sums: these are kept in
// 4096ths of a byte, so that a sum over VMAs loses nothing.
struct MappingUse {
  std::uint64_t resident = 0;
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
  std::uint64_t swap = 0;  // with pages of shared memory that lie there

  static constexpr unsigned fraction_bits = 12;  // PSS_SHIFT
  std::uint64_t proportional = 0;                // Pss
  std::uint64_t proportional_dirty = 0;
  std::uint64_t proportional_anonymous = 0;
  std::uint64_t proportional_file = 0;
  std::uint64_t proportional_shared = 0;  // Pss_Shmem
  std::uint64_t proportional_swap = 0;
  std::uint64_t proportional_locked = 0;  // the line Locked: Pss, if the VMA is locked
  bool may_be_huge = false;               // THPeligible

  MappingUse& operator+=(const MappingUse& other);
  bool operator==(const MappingUse&) const = default;
};

// A proportional sum as smaps prints it.
constexpr std::uint64_t kib_of_fraction(std::uint64_t sum) { return sum >> (10U + MappingUse::fraction_bits); }

}  // namespace signalbox
