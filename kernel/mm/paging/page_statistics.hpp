#pragma once

#include <cstdint>

#include "kernel/mm/proc/pagemap_entry.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class MainMemory;
class UserSpace;

// What /proc/PID/smaps says of a VMA (proc(5), smaps_account of fs/proc/task_mmu.c, 6.1), in bytes. A page that n
// mappings have counts an nth for each in the proportional sums, which are kept in 4096ths of a byte.
struct VmaStatistics {
  std::uint64_t resident = 0;  // Rss
  std::uint64_t shared_clean = 0;
  std::uint64_t shared_dirty = 0;
  std::uint64_t private_clean = 0;
  std::uint64_t private_dirty = 0;
  std::uint64_t referenced = 0;
  std::uint64_t anonymous = 0;
  std::uint64_t anonymous_huge = 0;  // AnonHugePages: mapped by entries of 2 MiB
  bool may_be_huge = false;          // THPeligible
  std::uint64_t lazily_free = 0;     // LazyFree
  std::uint64_t swapped = 0;         // Swap, with pages of shared memory that lie there

  static constexpr unsigned fraction_bits = 12;  // PSS_SHIFT
  std::uint64_t proportional = 0;                // Pss
  std::uint64_t proportional_anonymous = 0;      // Pss_Anon
  std::uint64_t proportional_file = 0;           // Pss_File
  std::uint64_t proportional_shared = 0;         // Pss_Shmem
  std::uint64_t proportional_dirty = 0;          // Pss_Dirty
  std::uint64_t proportional_swapped = 0;        // SwapPss
  std::uint64_t proportional_locked = 0;         // Locked

  VmaStatistics& operator+=(const VmaStatistics& other);
  bool operator==(const VmaStatistics&) const = default;
};
// A proportional sum as smaps prints it.
constexpr std::uint64_t kib_of_fraction(std::uint64_t sum) { return sum >> (10U + VmaStatistics::fraction_bits); }

VmaStatistics statistics_of(const MainMemory& memory, const UserSpace& space, const Vma& vma);

// What /proc/PID/pagemap says of a page, with the frame's number as for root. Never soft-dirty.
PagemapPage pagemap_page(const MainMemory& memory, const UserSpace& space, VirtAddr page);

}  // namespace signalbox
