#include "kernel/mm/paging/huge_page_scan.hpp"

#include <algorithm>
#include <iterator>

#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

constexpr VirtAddr aligned_up(VirtAddr at) { return (at + (huge_page_bytes - 1)).aligned_down(huge_page_bytes); }

UserSpace& space_of(ScannedSpace& scanned) { return static_cast<UserSpace&>(scanned); }

}  // namespace

bool has_room_for_huge(PageRange range) {
  return range.bytes() >= huge_page_bytes && aligned_up(range.begin) + huge_page_bytes <= range.end;
}

void HugePageScan::enter(UserSpace& space) { spaces_.push_back(space); }

void HugePageScan::leave(UserSpace& space) {
  if (current_ == &space) go_to_next_space();
  spaces_.erase(Spaces::s_iterator_to(space));
}

HugePageScan::Step HugePageScan::step() {
  const Step sleep{.next = Step::Next::sleep, .pause = config_.scan_sleep};
  if (spaces_.empty()) return end_scan({.next = Step::Next::rest});
  if (progress_ >= config_.pages_to_scan) return end_scan(sleep);
  // Each space once at most, but what the last scan had left of one.
  if (current_ == nullptr && ++beginnings_ == 2) return end_scan(sleep);
  Step step;
  lacks_block_ = false;
  scan_space(step);
  if (!lacks_block_) return step;
  step.next = Step::Next::sleep;
  step.pause = has_slept_ ? config_.scan_sleep : config_.alloc_sleep;
  if (has_slept_) return end_scan(step);
  has_slept_ = true;
  return step;
}

HugePageScan::Step HugePageScan::end_scan(Step step) {
  progress_ = 0;
  beginnings_ = 0;
  has_slept_ = false;
  return step;
}

// khugepaged_scan_mm_slot.
void HugePageScan::scan_space(Step& step) {
  if (current_ == nullptr) {
    current_ = &spaces_.front();
    at_ = VirtAddr();
  }
  ++progress_;
  UserSpace& space = space_of(*current_);
  const VmaSet& vmas = space.map().vmas();
  for (const Vma* vma = vmas.first_ending_above(at_); vma != nullptr; vma = vmas.first_ending_above(vma->range.end)) {
    if (!memory_.may_be_huge(*vma) || !has_room_for_huge(vma->range)) {
      ++progress_;
    } else if (scan_vma(space, *vma, step)) {
      return;
    }
  }
  go_to_next_space();
}

bool HugePageScan::scan_vma(UserSpace& space, const Vma& vma, Step& step) {
  const VirtAddr end = vma.range.end.aligned_down(huge_page_bytes);
  at_ = std::max(at_, aligned_up(vma.range.begin));
  while (at_ < end) {
    const CollapseTry tried = space.collapse(vma, at_, config_);
    at_ = at_ + huge_page_bytes;
    progress_ += huge_page_frames;
    count(tried, step);
    if (tried.result != CollapseTry::Result::passed_over || progress_ >= config_.pages_to_scan) return true;
  }
  return false;
}

void HugePageScan::count(const CollapseTry& tried, Step& step) {
  step.looks += tried.looks;
  step.work += tried.work;
  switch (tried.result) {
    using enum CollapseTry::Result;
    case passed_over:
    case gave_up:
      return;
    case collapsed:
      ++pages_collapsed_;
      return;
    case no_block:
      lacks_block_ = true;
      return;
    case waits:
      step.next = Step::Next::wait;
      step.page = tried.busy;
      return;
  }
}

void HugePageScan::go_to_next_space() {
  const auto next = std::next(Spaces::s_iterator_to(*current_));
  current_ = next == spaces_.end() ? nullptr : &*next;
  at_ = VirtAddr();
  if (current_ == nullptr) ++full_scans_;
}

}  // namespace signalbox
