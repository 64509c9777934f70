#pragma once

#include <array>
#include <cstdint>

#include "kernel/mm/shortage/page_lists.hpp"

namespace signalbox {

// 12 first: a 4,096th of each list; 0: all of it (DEF_PRIORITY).
inline constexpr unsigned first_priority = 12;

// How many pages to look at on each list, by PageList.
using ScanTargets = std::array<std::uint64_t, evictable_lists.size()>;

// What the balance between kinds depends on; sizes in pages (get_scan_count, mm/vmscan.c).
struct ScanSituation {
  ScanTargets sizes{};  // of the lists
  std::uint64_t anonymous_cost = 0;
  std::uint64_t file_cost = 0;
  unsigned swappiness = 60;  // 0 to 200
  unsigned priority = first_priority;
  bool has_swap = false;
  bool file_is_tiny = false;  // so few pages of files that only anonymous ones can help
  bool trims_cache = false;   // so many idle pages of files that anonymous ones are left alone
};

ScanTargets scan_targets(const ScanSituation& situation);

}  // namespace signalbox
