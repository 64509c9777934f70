#pragma once

#include <cstdint>
#include <optional>

#include "kernel/mm/physical_memory.hpp"
#include "kernel/mm/shortage/page_lists.hpp"
#include "kernel/mm/shortage/page_writes.hpp"
#include "kernel/mm/shortage/reclaim_counters.hpp"
#include "kernel/mm/shortage/swap_area.hpp"
#include "kernel/mm/shortage/workingset.hpp"

namespace signalbox {

// All that reclaim knows of the machine's pages, for its parts (Linux: pglist_data and lruvec).
struct ReclaimState {
  ReclaimState(const PhysicalMemory& all, const SwapArea& swap_area, ReclaimablePages& seam)
      : frames(all), swap(swap_area), pages(seam), lists(all.frames()), writes(all.frames()) {}

  // Background reclaim gives up after so many passes without a page, direct reclaim after so many efforts
  // (MAX_RECLAIM_RETRIES).
  static constexpr unsigned max_retries = 16;
  // So many writes a device's queue takes; then whoever starts them waits (BLKDEV_DEFAULT_RQ, linux/blkdev.h).
  static constexpr std::uint32_t max_writes = 128;

  const PhysicalMemory& frames;
  const SwapArea& swap;
  ReclaimablePages& pages;

  PageLists lists;
  Workingset workingset;
  PageWrites writes;
  ReclaimCounters counters;

  ReclaimCounters::ByKind refaults_seen{};  // refault_activations when the last effort ended (snapshot_refaults)
  unsigned swappiness = 60;                 // 0 to 200
  unsigned background_failures = 0;         // kswapd_failures: passes to the end that freed nothing
  bool sees_dirty_only = false;             // PGDAT_DIRTY: background reclaim may write pages of files itself
  bool sees_written_only = false;           // PGDAT_WRITEBACK: written pages come around again
  bool is_congested = false;                // LRUVEC_CONGESTED: all dirty pages are written already
  bool wants_write_back = false;            // dirty pages are in the way

  SwapRoom swap_room() const { return swap.free_slots() > 0 ? SwapRoom::some : SwapRoom::none; }
  // Whether anonymous pages are looked at. What was swapped out when swap became full shall go too; Linux 6.1 keeps it.
  bool can_scan_anonymous() const {
    if (swap_room() == SwapRoom::some) return true;
    const std::optional<FrameNumber> oldest = lists.oldest(PageList::inactive_anonymous);
    return oldest && !pages.is_mapped(*oldest) && !pages.is_dirty(*oldest) && !pages.is_busy(*oldest);
  }
  // zone_reclaimable_pages, of all zones.
  std::uint64_t reclaimable() const {
    return lists.size(PageKind::file) + (swap_room() == SwapRoom::some ? lists.size(PageKind::anonymous) : 0);
  }
  void snapshot_refaults() { refaults_seen = counters.refault_activations; }
  BlockRequest start_write(FrameNumber page) {
    writes.started(page);
    return pages.start_write(page);
  }
  // Nothing: there is room for another write.
  std::optional<FrameNumber> full_queue() const {
    return writes.writing() < max_writes ? std::nullopt : writes.oldest_writing();
  }
  bool is_hopeless() const { return background_failures >= max_retries; }
};

}  // namespace signalbox
