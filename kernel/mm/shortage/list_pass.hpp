#pragma once

#include <cstdint>

#include "kernel/mm/shortage/page_scan.hpp"
#include "kernel/mm/shortage/reclaim_step.hpp"
#include "kernel/mm/shortage/scan_targets.hpp"

namespace signalbox {

// One pass over Linux's lists at one priority, in batches (shrink_node, shrink_lruvec of mm/vmscan.c). Each round looks
// at a batch of each list that has a share left.
class ListPass {
 public:
  struct Goal {
    unsigned priority = first_priority;
    std::uint64_t pages = scan_batch;  // enough when so many are reclaimed
    ReclaimedBy by = ReclaimedBy::background;
    bool forces_deactivation = false;  // active pages are looked at in any case
  };

  ListPass(ReclaimState& state, const Goal& goal);

  // One round; requires that it is not over. Adds to step.scanned, step.reclaimed and step.writes.
  void round(ReclaimState& state, ReclaimStep& step);
  bool is_over() const { return is_over_; }
  // So far.
  const ScanCounts& counts() const { return counts_; }
  // Active pages were left alone that a desperate effort would look at.
  bool skipped_deactivation() const { return skipped_deactivation_; }

 private:
  bool may_deactivate(PageKind kind) const { return may_deactivate_[static_cast<std::size_t>(kind)]; }
  void choose_deactivation(const ReclaimState& state);
  ScanSituation situation(const ReclaimState& state) const;
  bool has_work() const;
  void shrink(ReclaimState& state, PageList list, std::uint32_t count, ReclaimStep& step);
  void keep_proportion();
  void finish(ReclaimState& state, ReclaimStep& step);

  Goal goal_;
  ScanTargets targets_{};
  ScanTargets left_{};
  ScanCounts counts_;
  std::array<bool, 2> may_deactivate_{};  // by PageKind
  bool skipped_deactivation_ = false;
  bool is_over_ = false;
};

}  // namespace signalbox
