#include "tools/experiment/vmstat_counters.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "tools/experiment/memory_view.hpp"

namespace signalbox {
namespace {

using Counter = std::pair<std::string_view, std::uint64_t>;

void add(std::string& text, std::span<const Counter> counters) {
  for (const auto& [name, value] : counters) fmt::format_to(std::back_inserter(text), "{} {}\n", name, value);
}

constexpr std::uint64_t kib(std::uint64_t pages) { return pages << page_shift >> 10U; }

constexpr std::uint64_t of(const ReclaimCounters::ByKind& counts, PageKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

void add_state(std::string& text, const MemoryCounts& now, const ReclaimCounters& reclaim) {
  using enum PageKind;
  add(text, std::array{Counter{"nr_free_pages", now.free},
                       Counter{"nr_mlock", now.locked},
                       Counter{"nr_inactive_anon", now.inactive_anonymous},
                       Counter{"nr_active_anon", now.active_anonymous},
                       Counter{"nr_inactive_file", now.inactive_file},
                       Counter{"nr_active_file", now.active_file},
                       Counter{"nr_unevictable", now.unevictable},
                       Counter{"workingset_refault_anon", of(reclaim.refaults, anonymous)},
                       Counter{"workingset_refault_file", of(reclaim.refaults, file)},
                       Counter{"workingset_activate_anon", of(reclaim.refault_activations, anonymous)},
                       Counter{"workingset_activate_file", of(reclaim.refault_activations, file)},
                       Counter{"workingset_restore_anon", of(reclaim.refault_restores, anonymous)},
                       Counter{"workingset_restore_file", of(reclaim.refault_restores, file)},
                       Counter{"nr_anon_pages", now.anonymous},
                       Counter{"nr_mapped", now.mapped},
                       Counter{"nr_file_pages", now.cached + now.swap_cached + now.buffers},
                       Counter{"nr_dirty", now.dirty},
                       Counter{"nr_writeback", now.writeback},
                       Counter{"nr_shmem", now.shared},
                       Counter{"nr_anon_transparent_hugepages", now.anonymous_huge / huge_page_frames},
                       Counter{"nr_vmscan_write", reclaim.writes},
                       Counter{"nr_vmscan_immediate_reclaim", reclaim.deferred},
                       Counter{"nr_dirtied", reclaim.dirtied},
                       Counter{"nr_written", reclaim.written},
                       Counter{"nr_page_table_pages", now.page_tables},
                       Counter{"nr_swapcached", now.swap_cached}});
}

// Swapping counts among what devices moved, in KiB.
void add_events(std::string& text, const MemoryEvents& events, const ReclaimCounters& reclaim) {
  using enum PageKind;
  add(text, std::array{Counter{"pgpgin", kib(events.pages_in + events.swapped_in)},
                       Counter{"pgpgout", kib(events.pages_out + events.swapped_out)},
                       Counter{"pswpin", events.swapped_in},
                       Counter{"pswpout", events.swapped_out},
                       Counter{"pgactivate", reclaim.activated},
                       Counter{"pgdeactivate", reclaim.deactivated},
                       Counter{"pgfault", events.faults},
                       Counter{"pgmajfault", events.major_faults},
                       Counter{"pgrefill", reclaim.refilled},
                       Counter{"pgsteal_kswapd", reclaim.reclaimed_background},
                       Counter{"pgsteal_direct", reclaim.reclaimed_direct},
                       Counter{"pgscan_kswapd", reclaim.scanned_background},
                       Counter{"pgscan_direct", reclaim.scanned_direct},
                       Counter{"pgscan_anon", of(reclaim.scanned, anonymous)},
                       Counter{"pgscan_file", of(reclaim.scanned, file)},
                       Counter{"pgsteal_anon", of(reclaim.reclaimed, anonymous)},
                       Counter{"pgsteal_file", of(reclaim.reclaimed, file)},
                       Counter{"pgrotated", reclaim.rotated},
                       Counter{"oom_kill", reclaim.oom_kills},
                       Counter{"unevictable_pgs_culled", reclaim.culled},
                       Counter{"thp_fault_alloc", events.huge_faults},
                       Counter{"thp_fault_fallback", events.huge_fault_fallbacks},
                       Counter{"thp_collapse_alloc", events.huge_collapses},
                       Counter{"thp_collapse_alloc_failed", events.huge_collapse_failures},
                       Counter{"thp_split_page", events.huge_page_splits},
                       Counter{"thp_split_pmd", events.huge_entry_splits},
                       Counter{"thp_scan_exceed_none_pte", events.huge_scans_over_none},
                       Counter{"thp_scan_exceed_swap_pte", events.huge_scans_over_swap},
                       Counter{"thp_scan_exceed_share_pte", events.huge_scans_over_shared},
                       Counter{"thp_zero_page_alloc", events.huge_zero_pages}});
}

}  // namespace

std::string vmstat_counters_text(MachineMemory& machine) {
  const MainMemory& main = machine.main();
  std::string text;
  add_state(text, memory_counts(machine), main.shortage().counters());
  add_events(text, main.events(), main.shortage().counters());
  return text;
}

}  // namespace signalbox
