#pragma once

#include <cstdint>
#include <string>

#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// What a process has of memory beside its mappings.
struct ResidentCounts {
  std::uint64_t anonymous_pages = 0;      // RssAnon
  std::uint64_t file_pages = 0;           // RssFile
  std::uint64_t shared_memory_pages = 0;  // RssShmem
  std::uint64_t swapped_pages = 0;        // VmSwap
  std::uint64_t table_bytes = 0;          // VmPTE: its page tables, those of the program's half
  std::uint64_t peak_total_pages = 0;     // VmPeak; at least what is mapped now is shown
  std::uint64_t peak_resident_pages = 0;  // VmHWM; at least what is resident now is shown

  std::uint64_t resident_pages() const { return anonymous_pages + file_pages + shared_memory_pages; }
  bool operator==(const ResidentCounts&) const = default;
};

// The lines on memory of /proc/PID/status, VmPeak to VmSwap (task_mem of fs/proc/task_mmu.c, Linux 6.1).
std::string status_text(const AddressMap& map, const ResidentCounts& counts);

}  // namespace signalbox
