#include "kernel/mm/shortage/list_pass.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::size_t at(PageList list) { return static_cast<std::size_t>(list); }
constexpr std::array both_kinds{PageKind::anonymous, PageKind::file};

constexpr std::uint64_t sum_of(const ScanTargets& targets, PageKind kind) {
  return targets[at(inactive_list(kind))] + targets[at(active_list(kind))];
}

std::uint64_t high_watermarks(const PhysicalMemory& frames) {
  std::uint64_t sum = 0;
  for (const Zone& zone : frames.zones()) sum += zone.watermarks.high;
  return sum;
}

}  // namespace

ListPass::ListPass(ReclaimState& state, const Goal& goal) : goal_(goal) {
  choose_deactivation(state);
  targets_ = scan_targets(situation(state));
  left_ = targets_;
}

// prepare_scan_count: while pages come back, the active ones may be stale.
void ListPass::choose_deactivation(const ReclaimState& state) {
  for (const PageKind kind : both_kinds) {
    const auto index = static_cast<std::size_t>(kind);
    may_deactivate_[index] = goal_.forces_deactivation || inactive_is_low(state.lists, kind) ||
                             state.counters.refault_activations[index] != state.refaults_seen[index];
  }
}

ScanSituation ListPass::situation(const ReclaimState& state) const {
  const PageLists& lists = state.lists;
  ScanSituation situation{.anonymous_cost = state.workingset.cost(PageKind::anonymous),
                          .file_cost = state.workingset.cost(PageKind::file),
                          .swappiness = state.swappiness,
                          .priority = goal_.priority,
                          .has_swap = state.can_scan_anonymous()};
  for (const PageList list : evictable_lists) situation.sizes[at(list)] = lists.size(list);
  const std::uint64_t idle_anonymous = lists.size(PageList::inactive_anonymous);
  const std::uint64_t idle_file = lists.size(PageList::inactive_file);
  situation.trims_cache = idle_file >> goal_.priority != 0 && !may_deactivate(PageKind::file);
  situation.file_is_tiny =
      std::uint64_t{lists.size(PageKind::file)} + state.frames.free_frames() <= high_watermarks(state.frames) &&
      !may_deactivate(PageKind::anonymous) && idle_anonymous >> goal_.priority != 0;
  return situation;
}

void ListPass::round(ReclaimState& state, ReclaimStep& step) {
  CHECK(!is_over_, "a pass ends once");
  if (!has_work()) return finish(state, step);
  for (const PageList list : evictable_lists) {
    const auto batch = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_[at(list)], scan_batch));
    if (batch == 0) continue;
    left_[at(list)] -= batch;
    shrink(state, list, batch, step);
  }
  // An effort at the first priority goes on when it has enough: background reclaim does not keep up with it.
  const bool is_thorough = goal_.by == ReclaimedBy::direct && goal_.priority == first_priority;
  if (counts_.reclaimed >= goal_.pages && !is_thorough) keep_proportion();
  if (!has_work()) finish(state, step);
}

// Active anonymous pages alone are not worth a round: they are looked at in the end.
bool ListPass::has_work() const {
  return left_[at(PageList::inactive_anonymous)] != 0 || left_[at(PageList::active_file)] != 0 ||
         left_[at(PageList::inactive_file)] != 0;
}

void ListPass::shrink(ReclaimState& state, PageList list, std::uint32_t count, ReclaimStep& step) {
  const bool is_file = list == PageList::inactive_file || list == PageList::active_file;
  const PageKind kind = is_file ? PageKind::file : PageKind::anonymous;
  PageScan scan(state, goal_.by);
  if (!is_active(list)) {
    const ScanCounts counts = scan.shrink_inactive(kind, count, step.writes);
    step.scanned += static_cast<std::uint32_t>(counts.looks);
    step.reclaimed += static_cast<std::uint32_t>(counts.reclaimed);
    counts_ += counts;
  } else if (may_deactivate(kind)) {
    step.scanned += scan.shrink_active(kind, count);
  } else {
    skipped_deactivation_ = true;
  }
}

// Enough is reclaimed: the kind with less left is done, and the other goes on until it has been looked at in the same
// proportion.
void ListPass::keep_proportion() {
  const std::uint64_t anonymous = sum_of(left_, PageKind::anonymous);
  const std::uint64_t file = sum_of(left_, PageKind::file);
  if (anonymous == 0 || file == 0) {
    left_ = {};
    return;
  }
  const PageKind smaller = file > anonymous ? PageKind::anonymous : PageKind::file;
  const PageKind larger = file > anonymous ? PageKind::file : PageKind::anonymous;
  const std::uint64_t percent_left = std::min(anonymous, file) * 100 / (sum_of(targets_, smaller) + 1);
  left_[at(inactive_list(smaller))] = 0;
  left_[at(active_list(smaller))] = 0;
  for (const PageList list : {inactive_list(larger), active_list(larger)}) {
    const std::uint64_t looked_at = targets_[at(list)] - left_[at(list)];
    const std::uint64_t share = targets_[at(list)] * (100 - percent_left) / 100;
    left_[at(list)] = share - std::min(share, looked_at);
  }
}

// shrink_node: what this pass says of the machine.
void ListPass::finish(ReclaimState& state, ReclaimStep& step) {
  is_over_ = true;
  if (state.swap.slots() > 0 && inactive_is_low(state.lists, PageKind::anonymous)) {
    step.scanned += PageScan(state, goal_.by).shrink_active(PageKind::anonymous, scan_batch);
  }
  if (counts_.reclaimed > 0) state.background_failures = 0;
  if (goal_.by != ReclaimedBy::background) return;
  if (counts_.written > 0 && counts_.written == counts_.scanned) state.sees_written_only = true;
  if (counts_.dirty_unwritten == counts_.file_scanned) state.sees_dirty_only = true;
  if (counts_.dirty > 0 && counts_.dirty == counts_.congested) state.is_congested = true;
}

}  // namespace signalbox
