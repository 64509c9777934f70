// A page that is in swap: do_swap_page of mm/memory.c, swap_vma_readahead of mm/swap_state.c, 6.1.
#include <algorithm>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

FaultPlan UserSpace::swap_in(const Fault& fault) {
  const SwapSlot slot = slot_of(fault.entry(), tables_.format());
  const auto cached = memory_.swap_cached(slot);
  if (!cached) return begin_swap_in(fault, slot);
  const FrameNumber page = *cached;
  PageRecord& record = memory_.records_[page];
  if (record.transfer == PageTransfer::reading)
    return {.step = FaultPlan::Step::wait, .request = {.block = slot.value(), .frame = page}};
  memory_.frames_.get(page);
  memory_.swap_.put(slot);
  --resident_.swapped;
  const bool is_wanted_whole = memory_.swap_.is_over_half() || fault.vma.has(vma_flag::locked) ||
                               (fault.is_write && memory_.frames_.frame(page).references == 2);
  if (is_wanted_whole) memory_.free_slot_of(page);
  std::uint64_t bits = entry_rights(fault.vma.flags);
  if (fault.entry().has(page_bit::swapped_exclusive) || memory_.frames_.frame(page).references == 1) {
    record.is_exclusive = true;
    if (fault.is_write) bits |= page_bit::writable | page_bit::dirty;
  }
  set(fault.slot(), PageEntry(page, bits));
  if (record.mappings == 0) begin_family(page, fault.page, record.is_exclusive);
  add_mapping(fault.vma, page, fault.page);
  FaultPlan plan{.work = {.pages_mapped = 1}};
  if (!fault.is_write || (bits & page_bit::writable) != 0) return plan;
  plan = write_protected({.vma = fault.vma,
                          .page = fault.page,
                          .is_write = true,
                          .urgency = fault.urgency,
                          .walk = tables_.look_up(fault.page)});
  ++plan.work.pages_mapped;
  return plan;
}

FaultPlan UserSpace::begin_swap_in(const Fault& fault, SwapSlot slot) {
  const bool is_fixed = memory_.has_fixed_allocation();
  if (is_fixed && memory_.is_at_allowance(*this)) return {.step = FaultPlan::Step::reclaim};
  const Result<BlockRequest> request = memory_.begin_swap_read(slot, fault.urgency);
  if (!request) return {.step = FaultPlan::Step::reclaim};
  if (is_fixed) return {.step = FaultPlan::Step::read, .request = *request};  // neighbours would take its frames
  const std::uint64_t window = page_bytes << memory_.config_.page_cluster;
  const VirtAddr begin = fault.page.aligned_down(window);
  read_swap_ahead({std::max(begin, fault.vma.range.begin), std::min(begin + window, fault.vma.range.end)});
  return {.step = FaultPlan::Step::read, .request = *request};
}

// Begins to read what is in swap, as far as there are frames.
void UserSpace::read_swap_ahead(PageRange range) {
  bool has_frames = true;
  tables_.visit(range.begin, VirtAddr(range.end.value() - 1), [&](VirtAddr, PageEntry& entry, PageSize) {
    if (!has_frames || !is_swap_entry(entry)) return;
    const SwapSlot slot = slot_of(entry, tables_.format());
    if (memory_.swap_cached(slot)) return;
    const Result<BlockRequest> request = memory_.begin_swap_read(slot, FrameUrgency::ordinary);
    has_frames = request.has_value();
    if (request) memory_.requests_.push_back(*request);
  });
}

}  // namespace signalbox
