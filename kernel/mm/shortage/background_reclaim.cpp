#include "kernel/mm/shortage/background_reclaim.hpp"

#include <algorithm>

namespace signalbox {
namespace {

bool any_zone_serves(const PhysicalMemory& frames, WatermarkLevel level) {
  return std::ranges::any_of(frames.zones(),
                             [level](const Zone& zone) { return zone.may_serve({.watermark = level}); });
}

}  // namespace

bool BackgroundReclaim::is_wanted() const {
  return !state_.is_hopeless() && !any_zone_serves(state_.frames, WatermarkLevel::low);
}

bool BackgroundReclaim::is_balanced() const { return any_zone_serves(state_.frames, WatermarkLevel::high); }

ReclaimStep BackgroundReclaim::step() {
  if (!pass_ && (is_balanced() || state_.is_hopeless())) return rest();
  ReclaimStep step;
  if (const std::optional<FrameNumber> oldest = state_.full_queue()) {
    step.wait_for(*oldest, write_throttle);
    return step;
  }
  if (policy_ != nullptr) {
    policy_->batch({}, ReclaimedBy::background, step);
    reclaimed_ = step.reclaimed;
    if (step.reclaimed == 0 && step.writes.empty()) end_run(step);
    return step;
  }
  if (!pass_) begin_pass(step);
  pass_->round(state_, step);
  if (pass_->is_over()) end_pass(step);
  return step;
}

// To the high watermark of every zone at once (kswapd_shrink_node).
std::uint64_t BackgroundReclaim::goal() const {
  std::uint64_t sum = 0;
  for (const Zone& zone : state_.frames.zones()) sum += std::max(zone.watermarks.high, scan_batch);
  return sum;
}

void BackgroundReclaim::begin_pass(ReclaimStep& step) {
  // Some ageing before: anonymous pages shall have had a chance to be used (kswapd_age_node).
  if (state_.swap.slots() > 0 && inactive_is_low(state_.lists, PageKind::anonymous)) {
    step.scanned += PageScan(state_, ReclaimedBy::background).shrink_active(PageKind::anonymous, scan_batch);
  }
  pass_.emplace(state_, ListPass::Goal{.priority = priority_, .pages = goal(), .by = ReclaimedBy::background});
}

// Harder, if this pass looked at less than is wanted or found nothing.
void BackgroundReclaim::end_pass(ReclaimStep& step) {
  const ScanCounts counts = pass_->counts();
  pass_.reset();
  reclaimed_ += counts.reclaimed;
  const std::optional<FrameNumber> oldest = state_.writes.oldest_writing();
  if (counts.immediate > 0 && oldest) step.wait_for(*oldest, write_throttle);
  if (counts.scanned >= goal() && counts.reclaimed > 0) return;
  if (--priority_ == 0) end_run(step);
}

// What is on its way to a device will be free: that is no failure.
void BackgroundReclaim::end_run(ReclaimStep& step) {
  const std::optional<FrameNumber> oldest = state_.writes.oldest_writing();
  if (reclaimed_ == 0 && oldest) {
    step.wait_for(*oldest, write_throttle);
  } else if (reclaimed_ == 0) {
    ++state_.background_failures;
  }
  state_.snapshot_refaults();
  priority_ = first_priority;
  reclaimed_ = 0;
}

ReclaimStep BackgroundReclaim::rest() {
  state_.snapshot_refaults();
  state_.sees_dirty_only = false;  // clear_pgdat_congested
  state_.sees_written_only = false;
  state_.is_congested = false;
  priority_ = first_priority;
  reclaimed_ = 0;
  return {.next = ReclaimStep::Next::sleep};
}

}  // namespace signalbox
