#include "kernel/mm/shortage/shortage.hpp"

#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// Linux's own lists are here, and more than the textbook's ones of that name.
bool is_linux(const ReclaimerRow* policy) { return policy == nullptr || policy->name == "linux"; }

}  // namespace

Shortage::Shortage(const PhysicalMemory& frames, const SwapArea& swap, ReclaimablePages& pages,
                   const MemoryClock& clock, const ShortageConfig& config)
    : clock_(clock),
      state_(frames, swap, pages),
      policy_(is_linux(config.replacement.policy) ? nullptr
                                                  : std::make_unique<PolicyReclaim>(state_, clock, config.replacement)),
      background_(state_, policy_.get()),
      write_back_(state_, config.write_back) {
  CHECK(config.swappiness <= 200, "vm.swappiness is between 0 and 200");
  state_.swappiness = config.swappiness;
}

Shortage::~Shortage() = default;

void Shortage::added(FrameNumber page, PageKind kind, const std::optional<EvictionShadow>& shadow) {
  const Workingset::Refault refault = shadow ? refaulted(kind, *shadow) : Workingset::Refault{};
  state_.lists.add(page, kind, refault.is_activated && !policy_ ? active_list(kind) : inactive_list(kind));
  state_.lists.marks(page).was_workingset = refault.was_workingset;
  if (policy_) policy_->added(page, shadow);
}

void Shortage::added_huge(FrameNumber page) {
  state_.lists.add(page, PageKind::anonymous, PageList::inactive_anonymous, huge_page_frames);
  if (policy_) policy_->added(page);
}

void Shortage::split(FrameNumber page) {
  state_.lists.split(page);
  if (!policy_ || state_.lists.list_of(page) == PageList::unevictable) return;
  for (std::uint32_t i = 1; i < huge_page_frames; ++i) policy_->added(frame_after(page, i));
}

// workingset_refault.
Workingset::Refault Shortage::refaulted(PageKind kind, const EvictionShadow& shadow) {
  const auto at = static_cast<std::size_t>(kind);
  const Workingset::Refault refault = state_.workingset.refaulted(shadow, kind, state_.lists, state_.swap_room());
  ++state_.counters.refaults[at];
  if (refault.is_activated) ++state_.counters.refault_activations[at];
  if (refault.was_workingset) ++state_.counters.refault_restores[at];
  return refault;
}

void Shortage::removed(FrameNumber page) {
  if (!state_.lists.contains(page)) return;
  if (policy_) policy_->removed(page);
  state_.lists.remove(page);
  state_.writes.cleaned(page);
}

void Shortage::touched(FrameNumber page) {
  if (!state_.lists.contains(page)) return;
  PageLists::Marks& marks = state_.lists.marks(page);
  const PageList list = state_.lists.list_of(page);
  if (!marks.is_referenced) {
    marks.is_referenced = true;
  } else if (list != PageList::unevictable && !is_active(list) && !policy_) {
    marks.is_referenced = false;
    state_.lists.move_to_head(page, active_list(marks.kind));
    state_.workingset.aged();
    ++state_.counters.activated;
  }
}

// lru_deactivate_fn.
void Shortage::deactivated(FrameNumber page) {
  if (!state_.lists.contains(page) || !is_active(state_.lists.list_of(page))) return;
  state_.lists.marks(page).is_referenced = false;
  state_.lists.move_to_head(page, inactive_list(state_.lists.kind_of(page)));
  state_.counters.deactivated += state_.lists.pages(page);
}

void Shortage::is_next(FrameNumber page) {
  if (!state_.lists.contains(page) || state_.lists.list_of(page) == PageList::unevictable) return;
  state_.lists.marks(page).is_referenced = false;
  state_.lists.move_to_tail(page, inactive_list(state_.lists.kind_of(page)));
}

void Shortage::locked(FrameNumber page) {
  if (!state_.lists.contains(page) || state_.lists.list_of(page) == PageList::unevictable) return;
  if (policy_) policy_->removed(page);
  state_.lists.move_to_head(page, PageList::unevictable);
  state_.counters.culled += state_.lists.pages(page);
}

void Shortage::unlocked(FrameNumber page) {
  if (!state_.lists.contains(page) || state_.lists.list_of(page) != PageList::unevictable) return;
  state_.lists.move_to_head(page, inactive_list(state_.lists.kind_of(page)));
  if (policy_) policy_->added(page);
}

void Shortage::dirtied(FrameNumber page) {
  if (!state_.writes.is_dirty(page)) ++state_.counters.dirtied;
  state_.writes.dirtied(page, clock_.now());
}

void Shortage::cleaned(FrameNumber page) { state_.writes.cleaned(page); }

BlockRequest Shortage::start_write(FrameNumber page) { return state_.start_write(page); }

void Shortage::written(FrameNumber page) {
  state_.writes.finished(page);
  ++state_.counters.written;
  if (!state_.lists.contains(page)) return;
  PageLists::Marks& marks = state_.lists.marks(page);
  if (!std::exchange(marks.wants_reclaim, false)) return;
  if (state_.lists.list_of(page) == PageList::unevictable || state_.pages.is_dirty(page)) return;
  // folio_rotate_reclaimable.
  state_.lists.move_to_tail(page, inactive_list(marks.kind));
  ++state_.counters.rotated;
}

void Shortage::tick() {
  if (policy_) policy_->tick();
}

}  // namespace signalbox
