#include "kernel/mm/reclaim/reference_run.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

ReferenceRun::ReferenceRun(const ReclaimerRow& policy, std::span<const PageReference> references,
                           ReferenceSettings settings)
    : policy_(policy), references_(references), settings_(settings) {
  CHECK(settings.frames > 0, "a page needs a frame");
  if (policy.input == ReclaimerInput::future) {
    std::ranges::transform(references, std::back_inserter(future_), &PageReference::page);
  }
  reclaimer_ = policy.make(
      {.view = *this, .slots = settings.frames, .tau = settings.tau, .prng = Prng(settings.seed), .future = future_});
}

ReferenceStep ReferenceRun::step() {
  CHECK(counts_.references < references_.size(), "there is an access left");
  const PageReference& reference = references_[counts_.references];
  if (settings_.tick != 0 && counts_.references != 0 && counts_.references % settings_.tick == 0) reclaimer_->tick();
  ++counts_.references;
  const auto resident = resident_.find(reference.page);
  if (resident == resident_.end()) return load(reference);
  const FrameSlot slot = resident->second;
  frames_[slot].is_accessed = true;
  frames_[slot].is_dirty |= reference.is_write;
  if (policy_.input != ReclaimerInput::bits) reclaimer_->referenced({slot, reference.page});
  return {.is_fault = false, .slot = slot, .evicted = {}};
}

ReferenceStep ReferenceRun::load(const PageReference& reference) {
  ++counts_.faults;
  ReferenceStep step{.is_fault = true, .slot = static_cast<FrameSlot>(frames_.size()), .evicted = {}};
  if (frames_.size() == settings_.frames) {
    step.slot = reclaimer_->choose(reference.page);
    step.evicted = frames_[step.slot].page;
    if (frames_[step.slot].is_dirty) start_write(step.slot);
    reclaimer_->freed({step.slot, *step.evicted}, Reclaimer::Loss::evicted);
    resident_.erase(*step.evicted);
    ++counts_.evictions;
  } else {
    frames_.emplace_back();
  }
  frames_[step.slot] = {.page = reference.page, .is_accessed = true, .is_dirty = reference.is_write};
  resident_.emplace(reference.page, step.slot);
  reclaimer_->loaded({step.slot, reference.page});
  return step;
}

const ReferenceCounts& ReferenceRun::finish() {
  while (counts_.references < references_.size()) step();
  return counts_;
}

std::vector<std::optional<PageKey>> ReferenceRun::frames() const {
  std::vector<std::optional<PageKey>> pages(settings_.frames);
  std::ranges::transform(frames_, pages.begin(), &Frame::page);
  return pages;
}

void ReferenceRun::start_write(FrameSlot slot) {
  frames_[slot].is_dirty = false;
  ++counts_.writes;
}

}  // namespace signalbox
