#pragma once

#include <array>
#include <cstdint>

namespace signalbox {

// What /proc/vmstat counts of reclaim, in pages unless said otherwise; where there are two, for anonymous pages and for
// those of files, by PageKind (linux/vm_event_item.h, linux/mmzone.h, 6.1).
struct ReclaimCounters {
  using ByKind = std::array<std::uint64_t, 2>;

  std::uint64_t scanned_background = 0;    // pgscan_kswapd
  std::uint64_t scanned_direct = 0;        // pgscan_direct
  std::uint64_t reclaimed_background = 0;  // pgsteal_kswapd
  std::uint64_t reclaimed_direct = 0;      // pgsteal_direct
  ByKind scanned{};                        // pgscan_anon, pgscan_file
  ByKind reclaimed{};                      // pgsteal_anon, pgsteal_file
  std::uint64_t activated = 0;             // pgactivate
  std::uint64_t deactivated = 0;           // pgdeactivate
  std::uint64_t refilled = 0;              // pgrefill: looked at on active lists
  std::uint64_t rotated = 0;               // pgrotated: written, so to be reclaimed next
  std::uint64_t culled = 0;                // unevictable_pgs_culled
  ByKind refaults{};                       // workingset_refault_anon, _file
  ByKind refault_activations{};            // workingset_activate_anon, _file
  ByKind refault_restores{};               // workingset_restore_anon, _file
  std::uint64_t stalls = 0;                // allocstall: efforts of direct reclaim
  std::uint64_t writes = 0;                // nr_vmscan_write: writes that reclaim started
  std::uint64_t deferred = 0;              // nr_vmscan_immediate_reclaim: dirty pages of files left to write-back
  std::uint64_t dirtied = 0;               // nr_dirtied
  std::uint64_t written = 0;               // nr_written: writes that ended
  std::uint64_t oom_kills = 0;             // oom_kill, processes; counted by who kills

  bool operator==(const ReclaimCounters&) const = default;
};

}  // namespace signalbox
