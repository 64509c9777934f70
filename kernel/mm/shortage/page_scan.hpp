#pragma once

#include <cstdint>
#include <vector>

#include "kernel/mm/shortage/block_request.hpp"
#include "kernel/mm/shortage/reclaim_state.hpp"

namespace signalbox {

enum class ReclaimedBy : std::uint8_t { background, direct };

// How many pages are looked at in one go (SWAP_CLUSTER_MAX).
inline constexpr std::uint32_t scan_batch = 32;

// What was seen and done on inactive lists (scan_control.nr, reclaim_stat), in pages; a huge page is 512.
struct ScanCounts {
  std::uint64_t scanned = 0;
  std::uint64_t looks = 0;  // at pages of either size
  std::uint64_t reclaimed = 0;
  std::uint64_t file_scanned = 0;
  std::uint64_t dirty = 0;  // those that are being written too
  std::uint64_t dirty_unwritten = 0;
  std::uint64_t congested = 0;  // written, and here for the second time
  std::uint64_t written = 0;    // being written, and met by reclaim for the first time
  std::uint64_t immediate = 0;  // met again, while all are being written

  ScanCounts& operator+=(const ScanCounts& other);
};

// Looks at the oldest pages of a list: who stays, who changes lists, who loses his frame (shrink_active_list,
// shrink_inactive_list and shrink_folio_list of mm/vmscan.c).
class PageScan {
 public:
  PageScan(ReclaimState& state, ReclaimedBy by) : state_(state), by_(by) {}

  // Looks at `count` pages of an inactive list. Writes that it starts are added to `writes`.
  ScanCounts shrink_inactive(PageKind kind, std::uint32_t count, std::vector<BlockRequest>& writes);
  // Looks at `count` pages of an active list; those that are no code become inactive. How many pages of either
  // size were looked at.
  std::uint32_t shrink_active(PageKind kind, std::uint32_t count);

 private:
  enum class Verdict : std::uint8_t { reclaim, reclaim_if_clean, keep, activate, cull };
  enum class Fate : std::uint8_t { evicted, kept, activated, culled };
  enum class MayWrite : std::uint8_t { no, yes };

  void add_up(PageKind kind, const ScanCounts& counts);
  Fate look_at(FrameNumber page, ScanCounts& counts, std::vector<BlockRequest>& writes);
  Fate meet_written(FrameNumber page, ScanCounts& counts);
  Verdict check_references(FrameNumber page);
  Fate reclaim(FrameNumber page, MayWrite may_write, std::vector<BlockRequest>& writes);
  Fate meet_dirty_file(FrameNumber page, MayWrite may_write, std::vector<BlockRequest>& writes);
  Fate write(FrameNumber page, std::vector<BlockRequest>& writes);
  Fate activate(FrameNumber page);
  void put_back(FrameNumber page, Fate fate);

  ReclaimState& state_;
  ReclaimedBy by_;
};

}  // namespace signalbox
