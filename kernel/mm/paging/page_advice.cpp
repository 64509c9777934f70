// Advice on pages, and whether they are there: mm/madvise.c and mm/mincore.c, 6.1.
#include <algorithm>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

VirtAddr last_of(PageRange range) { return VirtAddr(range.end.value() - 1); }

}  // namespace

void UserSpace::advise(const Vma& vma, PageRange range, std::int32_t advice) {
  if (advice == madv_willneed) {
    read_swap_ahead(range);
    if (!vma.is_anonymous()) read_object_ahead(vma, range);
  } else if (advice == madv_free) {
    give_up_lazily(range);
  } else if (advice == madv_remove) {
    const std::uint64_t first = vma.page_offset_of(range.begin);
    if (vma.object->store() != nullptr)
      memory_.remove_pages(CachedPages::of(*vma.object->store(), memory_), first, first + range.pages() - 1);
  } else {
    cool(range, advice == madv_pageout);
  }
}

// madvise_free_pte_range: pages that others have too stay as they are. Linux lets huge pages be given up whole; here
// they are split.
void UserSpace::give_up_lazily(PageRange range) {
  bool had_pages = false;
  split_own(range, Part::any);
  tables_.visit(range.begin, last_of(range), [&](VirtAddr, PageEntry& entry, PageSize size) {
    if (size == PageSize::large) return;
    if (is_swap_entry(entry)) {
      --resident_.swapped;
      memory_.put_slot(slot_of(entry, tables_.format()));
      entry = PageEntry();
      return;
    }
    const FrameNumber page = entry.frame();
    PageRecord& record = memory_.records_[page];
    if (record.content != PageContent::anonymous || record.mappings != 1 || !memory_.free_slot_of(page)) return;
    record.is_lazy = true;
    record.is_dirty = false;
    entry = entry.without(page_bit::accessed | page_bit::dirty | page_bit::writable);
    memory_.shortage_.deactivated(page);
    had_pages = true;
  });
  if (had_pages) flush(range);
}

// madvise_cold_or_pageout_pte_range, but that pages to be sent out go first when reclaim runs next, not at once.
void UserSpace::cool(PageRange range, bool is_wanted_out) {
  bool had_pages = false;
  split_own(range, Part::incomplete);
  tables_.visit(range.begin, last_of(range), [&](VirtAddr at, PageEntry& entry, PageSize size) {
    if (!holds_page(entry) || entry.frame() == memory_.zero_page()) return;
    if (memory_.records_[entry.frame()].mappings != 1) return;
    const bool is_whole = at >= range.begin && at + huge_page_bytes <= range.end;
    if (size == PageSize::large && (!is_whole || !is_own_huge(entry.frame()))) return;
    entry = entry.without(page_bit::accessed);
    had_pages = true;
    if (is_wanted_out) {
      memory_.shortage_.is_next(entry.frame());
    } else {
      memory_.shortage_.deactivated(entry.frame());
    }
  });
  if (had_pages) flush(range);
}

bool UserSpace::is_resident(const Vma& vma, VirtAddr page) const {
  const PageEntry entry = entry_at(page);
  std::optional<FrameNumber> cached;
  if (holds_page(entry)) return true;
  if (is_swap_entry(entry)) {
    cached = memory_.swap_cached(slot_of(entry, tables_.format()));
  } else if (!vma.is_anonymous() && vma.object->store() != nullptr) {
    cached = CachedPages::of(*vma.object->store(), memory_).frame(vma.page_offset_of(page));
  }
  return cached && memory_.records_[*cached].transfer != PageTransfer::reading;
}

}  // namespace signalbox
