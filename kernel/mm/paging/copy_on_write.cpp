// A write to a page that is mapped read only: do_wp_page and wp_page_copy of mm/memory.c, 6.1.
#include <cstring>

#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

FaultPlan UserSpace::write_protected(const Fault& fault) {
  const FrameNumber page = fault.entry().frame();
  const PageContent content = memory_.records_[page].content;
  const bool is_shared = fault.vma.has(vma_flag::shared);
  if (!is_shared && (content != PageContent::anonymous || !can_reuse(page))) return copy_page(fault);
  if (is_shared) memory_.mark_dirty(page);
  set(fault.slot(), fault.entry().with(page_bit::writable | page_bit::dirty | page_bit::accessed));
  return {.work = {.pages_mapped = 1}};
}

// Whether nobody else can see the page, now or later.
bool UserSpace::can_reuse(FrameNumber page) {
  PageRecord& record = memory_.records_[page];
  if (record.is_exclusive) return true;
  if (memory_.frames_.frame(page).references > (record.has_slot ? 2U : 1U)) return false;
  if (!memory_.free_slot_of(page)) return false;
  record.is_exclusive = true;
  return true;
}

// The others keep the page; if only we had locked it, it can be reclaimed again (page_remove_rmap, munlock_vma_page).
void UserSpace::leave_copied(const Fault& fault, PageEntry old) {
  const FrameNumber page = old.frame();
  memory_.frames_.get(page);
  memory_.unmapped(page, {this, fault.page}, old);
  const bool was_locked = fault.vma.has(vma_flag::locked);
  if (was_locked && memory_.records_[page].mappings > 0 && !memory_.is_locked(page))
    memory_.shortage_.unlocked(memory_.listed(page));
  memory_.let_go(page);
}

FaultPlan UserSpace::copy_page(const Fault& fault) {
  map_.prepare_family(fault.vma);
  // One too many until the next fault: who gives up a page for it may give up this one, again and again.
  const auto copy = memory_.take_frame_for(*this, fault.urgency, 1);
  if (!copy) return {.step = FaultPlan::Step::reclaim};
  FaultPlan plan{.work = {.pages_mapped = 1}};
  const PageEntry old = fault.entry();
  if (old.frame() == memory_.zero_page()) {
    memory_.frames_.clear(*copy);
    ++plan.work.pages_zeroed;
  } else {
    std::memcpy(memory_.frames_.bytes(*copy).data(), memory_.frames_.bytes(old.frame()).data(), page_bytes);
    ++plan.work.pages_copied;
    ++memory_.events_.copies;
    if (CachedPages* const cache = memory_.records_[old.frame()].cache()) cache->is_copied = true;
    count(old.frame(), -1);
  }
  set(fault.slot(), PageEntry(*copy, entry_rights(fault.vma.flags) | page_bit::writable | page_bit::dirty));
  flush_page(fault.page);
  if (old.frame() != memory_.zero_page()) leave_copied(fault, old);
  own_page(fault, *copy);  // a replacement policy may look at all pages now: none is half mapped
  return plan;
}

}  // namespace signalbox
