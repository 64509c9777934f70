// What calls on mappings do to the pages of a space: zap_pte_range of mm/memory.c, change_pte_range of mm/mprotect.c,
// move_ptes of mm/mremap.c, 6.1.
#include <algorithm>
#include <utility>

#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

VirtAddr last_of(PageRange range) { return VirtAddr(range.end.value() - 1); }

}  // namespace

void UserSpace::discard(const Vma& vma, PageRange range, Leaving why) {
  bool had_pages = false;
  cut(range);
  tables_.visit(range.begin, last_of(range), [&](VirtAddr at, PageEntry& entry, PageSize size) {
    had_pages = had_pages || entry.is_present();
    const PageEntry gone = std::exchange(entry, PageEntry());
    size == PageSize::large ? discard_huge(vma, at, gone) : discard_entry(vma, at, gone);
  });
  if (!had_pages) return;
  if (why == Leaving::given_up) return flush(range);
  const bool is_first = unmapped_.begin == unmapped_.end;
  unmapped_ = {is_first ? range.begin : std::min(unmapped_.begin, range.begin), std::max(unmapped_.end, range.end)};
}

void UserSpace::discard_entry(const Vma& vma, VirtAddr at, PageEntry entry) {
  if (is_swap_entry(entry)) {
    --resident_.swapped;
    memory_.put_slot(slot_of(entry, tables_.format()));
    return;
  }
  const FrameNumber page = entry.frame();
  if (page == memory_.zero_page()) return;
  count(page, -1);
  memory_.records_[page].is_exclusive = false;
  if (!vma.has(vma_flag::locked)) {
    memory_.unmapped(page, {this, at}, entry);
    return;
  }
  memory_.frames_.get(page);
  set(tables_.look_up(at).last().slot, PageEntry());  // or the family would still find it
  memory_.unmapped(page, {this, at}, entry);
  if (!memory_.is_locked(page)) memory_.shortage_.unlocked(memory_.listed(page));
  memory_.let_go(page);
}

// Nothing is above the space's end: the tables there serve it alone too.
void UserSpace::trim(PageRange hole) {
  if (hole.begin >= hole.end) return;
  const PageFormat& format = tables_.format();
  const unsigned user_bits = format.sign_extends ? format.address_bits - 1 : format.address_bits;
  const bool is_top = hole.end == map_.layout().end;
  const std::uint32_t before = tables_.table_frames();
  tables_.trim(hole.begin, is_top ? VirtAddr((std::uint64_t{1} << user_bits) - 1) : last_of(hole));
  const PageRange unmapped = std::exchange(unmapped_, {});
  if (tables_.table_frames() != before) {
    flush(hole);
  } else if (unmapped.begin < unmapped.end) {
    flush(unmapped);
  }
}

Result<void> UserSpace::move(PageRange from, VirtAddr to) {
  prepare_move(from, to);
  Result<void> made;
  const auto destination = [&](VirtAddr at) { return to + (at - from.begin); };
  tables_.visit(from.begin, last_of(from), [&](VirtAddr at, PageEntry& entry, PageSize size) {
    if (made) made = tables_.map(destination(at), entry, size, {.watermark = WatermarkLevel::min});
  });
  if (!made) {
    const PageRange begun{to, to + from.bytes()};
    tables_.visit(begun.begin, last_of(begun), [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); });
    return made;
  }
  bool had_pages = false;
  tables_.visit(from.begin, last_of(from), [&](VirtAddr at, PageEntry& entry, PageSize size) {
    if (holds_page(entry))
      move_records(at, destination(at), entry.frame(), size == PageSize::large ? huge_page_frames : 1);
    had_pages = had_pages || entry.is_present();
    entry = PageEntry();
  });
  if (had_pages) flush(from);
  return {};
}

void UserSpace::move_records(VirtAddr from, VirtAddr to, FrameNumber first, std::uint32_t pages) {
  if (first == memory_.zero_page() || memory_.is_huge_zero(first)) return;
  for (std::uint32_t i = 0; i < pages; ++i) {
    const std::uint64_t offset = i * page_bytes;
    memory_.records_.move_mapping(frame_after(first, i), {this, from + offset}, to + offset);
  }
}

// A page that was written before may be written without another fault, if it is nobody else's
// (can_change_pte_writable). Of huge pages 6.1 does not look (change_huge_pmd): the next write tells.
void UserSpace::protect(PageRange range, VmaFlags flags) {
  constexpr std::uint64_t marks = page_bit::accessed | page_bit::dirty | page_bit::special;
  const std::uint64_t rights = entry_rights(flags);
  bool had_pages = false;
  tables_.visit(range.begin, last_of(range), [&](VirtAddr, PageEntry& entry, PageSize size) {
    if (!holds_page(entry)) return;
    had_pages = had_pages || entry.is_present();
    std::uint64_t bits = rights | (entry.bits() & marks);
    if (size == PageSize::large) {
      entry = PageEntry(entry.frame(), bits | page_bit::large);
      return;
    }
    const bool is_free_to_write = (flags & vma_flag::shared) != 0
                                      ? entry.has(page_bit::dirty) || is_untold(flags, entry.frame())
                                      : entry.has(page_bit::dirty) && memory_.records_[entry.frame()].is_exclusive;
    if ((flags & vma_flag::write) != 0 && is_free_to_write) bits |= page_bit::writable;
    entry = PageEntry(entry.frame(), bits);
  });
  if (had_pages) flush(range);
}

bool UserSpace::is_untold(VmaFlags flags, FrameNumber page) const {
  const CachedPages* const cache = memory_.records_[page].cache();
  return cache != nullptr && may_write_untold(flags, cache->kind());
}

void UserSpace::relock(const Vma& vma, PageRange range) {
  const bool is_locked = vma.has(vma_flag::locked);
  tables_.visit(range.begin, last_of(range), [&](VirtAddr, PageEntry& entry, PageSize) {
    if (!holds_page(entry) || entry.frame() == memory_.zero_page() || memory_.is_huge_zero(entry.frame())) return;
    const FrameNumber page = memory_.listed(entry.frame());
    if (is_locked) {
      memory_.shortage_.locked(page);
    } else if (!memory_.is_locked(page)) {
      memory_.shortage_.unlocked(page);
    }
  });
}

}  // namespace signalbox
