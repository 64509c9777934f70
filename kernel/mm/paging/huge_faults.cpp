// Entries of 2 MiB in one space: do_huge_pmd_anonymous_page, do_huge_pmd_wp_page, copy_huge_pmd, zap_huge_pmd and
// __split_huge_pmd of mm/huge_memory.c, 6.1.
#include <algorithm>

#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

constexpr VirtAddr huge_begin(VirtAddr at) { return at.aligned_down(huge_page_bytes); }
constexpr std::uint64_t flags_of(PageEntry entry) { return entry.bits() - entry.address().value(); }

}  // namespace

PageEntry UserSpace::entry_at(VirtAddr at) const {
  const WalkStep found = tables_.look_up(at).last();
  if (!is_huge(found)) return found.entry;
  const PageEntry small = found.entry.without(page_bit::large);
  if (memory_.is_huge_zero(small.frame())) return PageEntry(memory_.zero_page(), flags_of(small) | page_bit::special);
  return PageEntry(small.bits() + (at.aligned_down(page_bytes) - huge_begin(at)));
}

std::optional<FaultPlan> UserSpace::demand_huge(const Fault& fault) {
  const VirtAddr begin = huge_begin(fault.page);
  // An empty table in the way stays.
  if (fault.walk.last().level == tables_.format().last_level() || !memory_.may_be_huge(fault.vma)) return std::nullopt;
  if (begin < fault.vma.range.begin || begin + huge_page_bytes > fault.vma.range.end) return std::nullopt;
  map_.prepare_family(fault.vma);
  const std::uint64_t zeroed = memory_.events_.huge_zero_pages;
  const auto head = fault.is_write ? memory_.take_huge_page(fault.urgency) : hold_huge_zero(fault.urgency);
  if (!head) {
    ++memory_.events_.huge_fault_fallbacks;
    return std::nullopt;
  }
  FaultPlan plan;
  if (fault.is_write || memory_.events_.huge_zero_pages != zeroed) plan.work.pages_zeroed += huge_page_frames;
  const std::uint64_t write = fault.is_write ? page_bit::writable | page_bit::dirty : 0;
  if (!put_huge_entry(fault, PageEntry(*head, entry_rights(fault.vma.flags) | write), plan.work)) {
    for (std::uint32_t i = 0; fault.is_write && i < huge_page_frames; ++i) memory_.let_go(frame_after(*head, i));
    plan.step = FaultPlan::Step::reclaim;
    return plan;
  }
  if (!fault.is_write) return plan;
  ++memory_.events_.huge_faults;
  own_huge_page(fault, *head);
  return plan;
}

// A space that has used it keeps it until it ends (MMF_HUGE_ZERO_PAGE).
std::optional<FrameNumber> UserSpace::hold_huge_zero(FrameUrgency urgency) {
  if (holds_huge_zero_) return memory_.huge_zero_;
  const auto head = memory_.get_huge_zero(urgency);
  holds_huge_zero_ = head.has_value();
  return head;
}

// With a table put aside for the day when it is split.
bool UserSpace::put_huge_entry(const Fault& fault, PageEntry entry, MemoryWork& work) {
  const std::uint32_t before = tables_.table_frames();
  const auto put = [&](WatermarkLevel mark) -> Result<void> {
    const FrameRequest how{.watermark = mark, .urgency = fault.urgency};
    TRY(tables_.put_aside(how));
    Result<void> mapped = tables_.map(huge_begin(fault.page), entry, PageSize::large, how);
    if (!mapped) tables_.give_back_aside();
    return mapped;
  };
  if (!put(WatermarkLevel::low) && !put(WatermarkLevel::min)) return false;
  work.tables_made += tables_.table_frames() - before;
  ++work.pages_mapped;
  return true;
}

void UserSpace::own_huge_page(const Fault& fault, FrameNumber head) {
  const VirtAddr begin = huge_begin(fault.page);
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const FrameNumber page = frame_after(head, i);
    PageRecord& record = memory_.records_[page];
    record.content = PageContent::anonymous;
    record.is_exclusive = true;
    begin_family(page, begin + i * page_bytes, true);
    memory_.records_.add_mapping(page, {this, begin + i * page_bytes});
  }
  count(head, huge_page_frames);
  memory_.huge_.mapped(head);
  memory_.shortage_.added_huge(head);
  if (fault.vma.has(vma_flag::locked)) memory_.shortage_.locked(head);
}

FaultPlan UserSpace::huge_fault(const Fault& fault) {
  const PageEntry entry = fault.entry();
  if (!fault.is_write || entry.has(page_bit::writable)) {
    set(fault.slot(), entry.with(page_bit::accessed | (fault.is_write ? page_bit::dirty : 0)));
    return {};
  }
  if (!memory_.is_huge_zero(entry.frame()) && can_reuse_huge(entry.frame())) {
    set(fault.slot(), entry.with(page_bit::writable | page_bit::dirty | page_bit::accessed));
    return {.work = {.pages_mapped = 1}};
  }
  // Only the page that is written is copied.
  split_huge_at(fault.page);
  return dispatch({.vma = fault.vma,
                   .page = fault.page,
                   .is_write = true,
                   .urgency = fault.urgency,
                   .walk = tables_.look_up(fault.page)});
}

// Whether nobody else maps any part of it.
bool UserSpace::can_reuse_huge(FrameNumber head) {
  PageRecords& records = memory_.records_;
  if (records[head].is_exclusive) return true;
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    if (memory_.frames_.frame(frame_after(head, i)).references > 1) return false;
  }
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) records[frame_after(head, i)].is_exclusive = true;
  return true;
}

PageEntry UserSpace::copy_huge_entry(UserSpace& child, VirtAddr at, PageEntry& entry) {
  const FrameNumber head = entry.frame();
  if (memory_.is_huge_zero(head)) {
    const auto held = child.hold_huge_zero(FrameUrgency::ordinary);
    CHECK(held == head, "the parent holds it");
    return entry.without(page_bit::accessed);
  }
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const FrameNumber page = frame_after(head, i);
    memory_.records_[page].is_exclusive = false;
    memory_.frames_.get(page);
    memory_.records_.add_mapping(page, {&child, at + i * page_bytes});
  }
  memory_.huge_.mapped(head);
  child.count(head, huge_page_frames);
  entry = entry.without(page_bit::writable);
  return entry.without(page_bit::accessed);
}

void UserSpace::discard_huge(const Vma& vma, VirtAddr at, PageEntry entry) {
  const FrameNumber head = entry.frame();
  tables_.give_back_aside();
  if (memory_.is_huge_zero(head)) return;
  count(head, -std::int64_t{huge_page_frames});
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) memory_.records_[frame_after(head, i)].is_exclusive = false;
  set(tables_.look_up(at).last().slot, PageEntry());  // or the family would still find it
  memory_.unmapped_huge(head, {this, at}, entry);
  if (!vma.has(vma_flag::locked)) return;
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const FrameNumber page = frame_after(head, i);
    if (memory_.records_[page].mappings > 0 && !memory_.is_locked(page))
      memory_.shortage_.unlocked(memory_.listed(page));
    if (memory_.huge_.contains(head)) return;  // one for all
  }
}

std::vector<VirtAddr> UserSpace::huge_pages_in(PageRange range) {
  std::vector<VirtAddr> found;
  if (!tables_.has_aside() || range.begin == range.end) return found;
  tables_.visit(range.begin, VirtAddr(range.end.value() - 1), [&](VirtAddr at, PageEntry&, PageSize size) {
    if (size == PageSize::large) found.push_back(at);
  });
  return found;
}

void UserSpace::split_huge_at(VirtAddr at) {
  const VirtAddr begin = huge_begin(at);
  const PageEntry entry = tables_.look_up(begin).last().entry;
  const Result<void> split = tables_.split(begin);
  CHECK(split.has_value(), "a table was put aside for it");
  flush_page(begin);
  if (!memory_.is_huge_zero(entry.frame())) return memory_.huge_entry_split(entry.frame());
  ++memory_.events_.huge_entry_splits;
  const std::uint64_t flags = flags_of(entry.without(page_bit::large)) | page_bit::special;
  tables_.visit(begin, begin + (huge_page_bytes - 1),
                [&](VirtAddr, PageEntry& small, PageSize) { small = PageEntry(memory_.zero_page(), flags); });
}

void UserSpace::cut(PageRange part) {
  if (!tables_.has_aside()) return;
  for (const VirtAddr end : {part.begin, part.end}) {
    if (end != huge_begin(end) && is_huge_at(end)) split_huge_at(end);
  }
}

void UserSpace::prepare_move(PageRange from, VirtAddr to) {
  cut(from);
  for (const VirtAddr at : huge_pages_in(from)) {
    const VirtAddr there = to + (at - from.begin);
    const WalkStep found = tables_.look_up(there).last();
    const bool has_table = found.level == tables_.format().last_level();
    if (there != huge_begin(there) || has_table) split_huge_at(at);
  }
}

void UserSpace::split_own(PageRange range, Part which) {
  for (const VirtAddr at : huge_pages_in(range)) {
    const bool is_whole = at >= range.begin && at + huge_page_bytes <= range.end;
    if ((which == Part::any || !is_whole) && is_own_huge(tables_.look_up(at).last().entry.frame())) split_huge_at(at);
  }
}

bool UserSpace::is_own_huge(FrameNumber head) const {
  if (memory_.is_huge_zero(head)) return false;
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    if (memory_.records_[frame_after(head, i)].mappings != 1) return false;
  }
  return true;
}

}  // namespace signalbox
