#include "kernel/mm/shortage/direct_reclaim.hpp"

#include <algorithm>

#include "kernel/mm/shortage/shortage.hpp"

namespace signalbox {

DirectReclaim::DirectReclaim(Shortage& shortage, const FrameRequest& request, std::optional<AddressSpaceId> asker)
    : shortage_(shortage), state_(shortage.state_), request_(request), asker_(asker) {}

ReclaimStep DirectReclaim::step() {
  ReclaimStep step;
  if (const std::optional<FrameNumber> oldest = state_.full_queue()) {
    step.wait_for(*oldest, write_throttle);
    return step;
  }
  if (!is_in_effort_) begin_effort();
  scan(step);
  return step;
}

void DirectReclaim::begin_effort() {
  is_in_effort_ = true;
  priority_ = first_priority;
  reclaimed_ = 0;
  skipped_deactivation_ = false;
  forces_deactivation_ = false;
  ++state_.counters.stalls;
}

void DirectReclaim::scan(ReclaimStep& step) {
  if (shortage_.policy_) {
    shortage_.policy_->batch(asker_, ReclaimedBy::direct, step);
    reclaimed_ = step.reclaimed;
    if (step.reclaimed > 0) state_.background_failures = 0;
    return end_effort(step);
  }
  if (!pass_) {
    pass_.emplace(state_, ListPass::Goal{.priority = priority_,
                                         .pages = scan_batch,
                                         .by = ReclaimedBy::direct,
                                         .forces_deactivation = forces_deactivation_});
  }
  pass_->round(state_, step);
  if (pass_->is_over()) end_pass(step);
}

// do_try_to_free_pages.
void DirectReclaim::end_pass(ReclaimStep& step) {
  reclaimed_ += pass_->counts().reclaimed;
  skipped_deactivation_ |= pass_->skipped_deactivation();
  pass_.reset();
  if (reclaimed_ >= scan_batch || priority_ == 0) return end_effort(step);
  if (state_.is_congested || (priority_ == 1 && reclaimed_ == 0)) throttle(step);
  --priority_;
}

// Only where most of what could be reclaimed has to be written first (skip_throttle_noprogress).
void DirectReclaim::throttle(ReclaimStep& step) const {
  const std::optional<FrameNumber> oldest = state_.writes.oldest_writing();
  const std::uint64_t pending = std::uint64_t{state_.writes.dirty()} + state_.writes.writing();
  if (state_.is_hopeless() || !oldest || 2 * pending <= state_.reclaimable()) return;
  step.wait_for(*oldest, progress_throttle);
}

// should_reclaim_retry.
void DirectReclaim::end_effort(ReclaimStep& step) {
  state_.snapshot_refaults();
  if (reclaimed_ == 0 && skipped_deactivation_ && !forces_deactivation_) {
    forces_deactivation_ = true;
    priority_ = first_priority;
    return;
  }
  is_in_effort_ = false;
  step.next = ReclaimStep::Next::allocate;
  if (reclaimed_ > 0) {
    fruitless_ = 0;
    return;
  }
  if (waits_for_writes(step)) return;
  if (++fruitless_ <= ReclaimState::max_retries && is_worth_retrying()) return;
  fruitless_ = 0;
  step.next = ReclaimStep::Next::out_of_memory;
}

// Frames that are being cleaned will be free. Virtual time does not pass by itself: who does not wait for them would
// have tried in vain sixteen times before the first is written.
bool DirectReclaim::waits_for_writes(ReclaimStep& step) {
  if (state_.writes.writing() == 0 && state_.writes.dirty() > 0) {
    state_.wants_write_back = true;
    ReclaimStep started = shortage_.write_back_.step(shortage_.clock_.now());
    step.writes.insert(step.writes.end(), started.writes.begin(), started.writes.end());
  }
  const std::optional<FrameNumber> oldest = state_.writes.oldest_writing();
  if (oldest) step.wait_for(*oldest, write_throttle);
  return oldest.has_value();
}

// Whether the request could be served, were all that can be reclaimed free.
bool DirectReclaim::is_worth_retrying() const {
  const std::span<const Zone> zones = state_.frames.zones();
  const std::size_t highest = std::min<std::size_t>(request_.highest_zone, zones.size() - 1);
  return std::ranges::any_of(zones.first(highest + 1), [&](const Zone& zone) {
    const std::uint64_t available = zone.buddy().free_frames() + state_.reclaimable();
    return available > std::uint64_t{zone.watermarks.min} + zone.reserves[highest];
  });
}

}  // namespace signalbox
