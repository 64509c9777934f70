// Small pages become a huge one: hpage_collapse_scan_pmd, collapse_huge_page and what they call, of mm/khugepaged.c,
// 6.1.
#include <cstring>
#include <utility>

#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

CollapseTry UserSpace::collapse(const Vma& vma, VirtAddr begin, const HugePageScanConfig& config) {
  using enum CollapseTry::Result;
  const WalkStep first = tables_.look_up(begin).last();
  if (first.level != tables_.format().last_level()) return {};  // nothing is there, or a huge page
  CollapseTry tried;
  const SmallPages seen = look_at_small_pages(first.slot, config);
  tried.looks = seen.looks;
  const bool is_used = seen.referenced > 0 && (seen.swapped == 0 || seen.referenced >= huge_page_frames / 2);
  if (seen.is_refused || !seen.is_writable || !is_used) return tried;
  tried.result = no_block;
  const auto head = memory_.take_huge_block(FrameUrgency::ordinary);
  ++(head ? memory_.events_.huge_collapses : memory_.events_.huge_collapse_failures);
  if (!head) return tried;
  tried.result = collapsed;
  if (seen.swapped > 0) bring_in_for_collapse(vma, begin, config, tried);
  if (tried.result != collapsed) {
    memory_.frames_.put(*head);
    return tried;
  }
  fill_huge_page(begin, *head, tried.work);
  replace_small_pages(vma, begin, *head);
  ++tried.work.pages_mapped;
  return tried;
}

UserSpace::SmallPages UserSpace::look_at_small_pages(PhysAddr slot, const HugePageScanConfig& config) {
  SmallPages seen;
  MemoryEvents& events = memory_.events_;
  const auto refuse_above = [&seen](std::uint32_t count, std::uint32_t most, std::uint64_t& event) {
    if (count <= most) return;
    seen.is_refused = true;
    ++event;
  };
  while (seen.looks < huge_page_frames && !seen.is_refused) {
    const PageEntry entry = tables_.format().read(memory_.frames_, slot + seen.looks++ * tables_.format().entry_bytes);
    if (is_swap_entry(entry)) {
      refuse_above(++seen.swapped, config.max_ptes_swap, events.huge_scans_over_swap);
      continue;
    }
    if (!holds_page(entry) || entry.frame() == memory_.zero_page()) {
      refuse_above(++seen.none, config.max_ptes_none, events.huge_scans_over_none);
      continue;
    }
    const FrameNumber page = entry.frame();
    seen.is_writable = seen.is_writable || entry.has(page_bit::writable);
    if (memory_.records_[page].mappings > 1)
      refuse_above(++seen.shared, config.max_ptes_shared, events.huge_scans_over_shared);
    if (!memory_.may_move(page)) {
      seen.is_refused = true;
    } else if (entry.has(page_bit::accessed) || memory_.shortage_.lists().marks(memory_.listed(page)).is_referenced) {
      ++seen.referenced;
    }
  }
  return seen;
}

// As __collapse_huge_page_swapin, which gives up for this time when it has waited for a page.
void UserSpace::bring_in_for_collapse(const Vma& vma, VirtAddr begin, const HugePageScanConfig& config,
                                      CollapseTry& tried) {
  using enum FaultPlan::Step;
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const VirtAddr at = begin + i * page_bytes;
    const Walk walk = tables_.look_up(at);
    if (!is_swap_entry(walk.last().entry)) continue;
    const FaultPlan plan =
        swap_in({.vma = vma, .page = at, .is_write = false, .urgency = FrameUrgency::ordinary, .walk = walk});
    tried.work += plan.work;
    if (plan.step == retry) continue;
    tried.result = plan.step == reclaim ? CollapseTry::Result::gave_up : CollapseTry::Result::waits;
    tried.busy = plan.request.frame;
    if (plan.step != read) return;
    ++memory_.events_.major_faults;
    memory_.requests_.insert(memory_.requests_.begin(), plan.request);
    return;
  }
  const SmallPages seen = look_at_small_pages(tables_.look_up(begin).last().slot, config);
  tried.looks += seen.looks;
  if (seen.is_refused || seen.swapped > 0 || !seen.is_writable) tried.result = CollapseTry::Result::gave_up;
}

void UserSpace::fill_huge_page(VirtAddr begin, FrameNumber head, MemoryWork& work) {
  memory_.frames_.split(head);
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const FrameNumber to = frame_after(head, i);
    const PageEntry entry = tables_.look_up(begin + i * page_bytes).last().entry;
    if (holds_page(entry) && entry.frame() != memory_.zero_page()) {
      std::memcpy(memory_.frames_.bytes(to).data(), memory_.frames_.bytes(entry.frame()).data(), page_bytes);
      ++work.pages_copied;
    } else {
      memory_.frames_.clear(to);
      ++work.pages_zeroed;
    }
  }
}

// The table is put aside, for the day when the huge page is split.
void UserSpace::replace_small_pages(const Vma& vma, VirtAddr begin, FrameNumber head) {
  tables_.visit(begin, begin + (huge_page_bytes - 1), [&](VirtAddr at, PageEntry& entry, PageSize) {
    discard_entry(vma, at, std::exchange(entry, PageEntry()));
  });
  const std::uint64_t write = vma.has(vma_flag::write) ? page_bit::writable : 0;
  tables_.join(begin, PageEntry(head, entry_rights(vma.flags) | write | page_bit::dirty));
  flush({begin, begin + huge_page_bytes});
  own_huge_page(
      {.vma = vma, .page = begin, .is_write = true, .urgency = FrameUrgency::ordinary, .walk = tables_.look_up(begin)},
      head);
}

}  // namespace signalbox
