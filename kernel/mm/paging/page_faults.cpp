// Which way a fault goes, and pages of zeros: arch/x86/mm/fault.c, handle_pte_fault and do_anonymous_page of
// mm/memory.c, 6.1.
#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

// access_error.
bool is_allowed(const Vma& vma, const PageFault& fault) {
  if (fault.access == Access::write) return vma.has(vma_flag::write);
  return fault.kind != PageFault::Kind::forbidden && vma.has_any(vma_flag::rights);
}

}  // namespace

FaultPlan UserSpace::resolve(const PageFault& fault, FrameUrgency urgency) {
  using enum FaultPlan::Step;
  if (fault.kind == PageFault::Kind::not_canonical) return {.step = segv_no_mapping};
  const VirtAddr page = fault.at.aligned_down(page_bytes);
  const Vma* vma = map_.vmas().first_ending_above(page);
  if (vma == nullptr) return {.step = segv_no_mapping};
  if (vma->range.begin > page) {
    if (!vma->has(vma_flag::grows_down) || !map_.grow_stack(page)) return {.step = segv_no_mapping};
    vma = map_.vmas().find(page);
  }
  if (!is_allowed(*vma, fault)) return {.step = segv_no_right};
  return handle(*vma, page, fault.access == Access::write, urgency);
}

// faultin_page as populate_vma_page_range asks: what may be written is written, so that no later write faults.
FaultPlan UserSpace::populate(VirtAddr at, FrameUrgency urgency) {
  const VirtAddr page = at.aligned_down(page_bytes);
  const Vma* const vma = map_.vmas().find(page);
  if (vma == nullptr) return {.step = FaultPlan::Step::segv_no_mapping};
  if (!vma->has_any(vma_flag::rights)) return {.step = FaultPlan::Step::segv_no_right};
  const bool is_write = (vma->flags & (vma_flag::write | vma_flag::shared)) == vma_flag::write;
  const PageEntry entry = entry_at(page);
  if (entry.has(page_bit::present | (is_write ? page_bit::writable : 0))) return {};
  return handle(*vma, page, is_write, urgency);
}

FaultPlan UserSpace::handle(const Vma& vma, VirtAddr page, bool is_write, FrameUrgency urgency) {
  const FaultPlan plan =
      dispatch({.vma = vma, .page = page, .is_write = is_write, .urgency = urgency, .walk = tables_.look_up(page)});
  if (plan.step == FaultPlan::Step::retry) ++memory_.events_.faults;
  if (plan.step == FaultPlan::Step::read) ++memory_.events_.major_faults;
  return plan;
}

FaultPlan UserSpace::dispatch(const Fault& fault) {
  const PageEntry entry = fault.entry();
  if (is_huge(fault.walk.last())) return huge_fault(fault);
  if (entry.bits() == 0 && !fault.vma.is_anonymous()) return fault_in_object(fault);
  if (entry.bits() == 0) {
    const std::optional<FaultPlan> huge = demand_huge(fault);
    return huge ? *huge : demand_zero(fault);
  }
  if (is_swap_entry(entry)) return swap_in(fault);
  if (fault.is_write && !entry.has(page_bit::writable)) return write_protected(fault);
  set(fault.slot(), entry.with(page_bit::accessed | (fault.is_write ? page_bit::dirty : 0)));
  return {};
}

FaultPlan UserSpace::demand_zero(const Fault& fault) {
  FaultPlan plan;
  const std::uint64_t rights = entry_rights(fault.vma.flags);
  if (!fault.is_write) {
    if (!put_entry(fault, PageEntry(memory_.zero_page(), rights | page_bit::special), plan.work))
      plan.step = FaultPlan::Step::reclaim;
    return plan;
  }
  map_.prepare_family(fault.vma);
  const auto page = memory_.take_frame_for(*this, fault.urgency);
  if (!page) return {.step = FaultPlan::Step::reclaim};
  memory_.frames_.clear(*page);
  ++plan.work.pages_zeroed;
  if (!put_entry(fault, PageEntry(*page, rights | page_bit::writable | page_bit::dirty), plan.work)) {
    memory_.let_go(*page);
    plan.step = FaultPlan::Step::reclaim;
    return plan;
  }
  own_page(fault, *page);
  return plan;
}

}  // namespace signalbox
