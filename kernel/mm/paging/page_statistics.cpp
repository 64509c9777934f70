#include "kernel/mm/paging/page_statistics.hpp"

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t whole_page = page_bytes << MappingUse::fraction_bits;

bool is_referenced(const MainMemory& memory, FrameNumber page) {
  const PageLists& lists = memory.shortage().lists();
  if (memory.huge_pages().contains(page)) page = huge_page_of(page);
  return lists.contains(page) && lists.marks(page).is_referenced;
}

// smaps_page_accumulate.
void add_share(MappingUse& sum, const PageRecord& record, bool is_dirty, bool is_locked) {
  const bool is_private = record.mappings < 2;
  const std::uint64_t share = is_private ? whole_page : whole_page / record.mappings;
  sum.proportional += share;
  if (record.content == PageContent::anonymous) {
    sum.proportional_anonymous += share;
  } else {
    (record.content == PageContent::file ? sum.proportional_file : sum.proportional_shared) += share;
  }
  if (is_locked) sum.proportional_locked += share;
  if (is_dirty) {
    sum.proportional_dirty += share;
    (is_private ? sum.private_dirty : sum.shared_dirty) += page_bytes;
  } else {
    (is_private ? sum.private_clean : sum.shared_clean) += page_bytes;
  }
}

void add_page(MappingUse& sum, const MainMemory& memory, const Vma& vma, PageEntry entry) {
  if (entry.frame() == memory.zero_page()) return;
  const PageRecord& record = memory.records()[entry.frame()];
  const bool is_dirty = entry.has(page_bit::dirty) || record.is_dirty;
  sum.resident += page_bytes;
  if (record.content == PageContent::anonymous) {
    sum.anonymous += page_bytes;
    if (record.is_lazy && !is_dirty) sum.lazy_free += page_bytes;
  }
  if (entry.has(page_bit::accessed) || is_referenced(memory, entry.frame())) sum.referenced += page_bytes;
  add_share(sum, record, is_dirty, vma.has(vma_flag::locked));
}

void add_huge_page(MappingUse& sum, const MainMemory& memory, const UserSpace& space, const Vma& vma, VirtAddr at) {
  if (space.entry_at(at).frame() == memory.zero_page()) return;
  sum.anonymous_huge += huge_page_bytes;
  for (const VirtAddr end = at + huge_page_bytes; at < end; at += page_bytes)
    add_page(sum, memory, vma, space.entry_at(at));
}

// Whether it has room for one, too (transparent_hugepage_active).
bool may_be_huge(const MainMemory& memory, const Vma& vma) {
  const VirtAddr first((vma.range.begin.value() + huge_page_bytes - 1) & ~(huge_page_bytes - 1));
  return memory.may_be_huge(vma) && first < vma.range.end && vma.range.end - first >= huge_page_bytes;
}

// Swap entries that know the slot; the swap cache is none.
std::uint32_t users_of(const MainMemory& memory, SwapSlot slot) {
  return memory.swap().uses(slot) - (memory.swap_cached(slot) ? 1U : 0U);
}

// Of shared memory nobody's entry says that a page is in swap.
std::uint64_t swapped_of_object(const Vma& vma, const UserSpace& space) {
  if (vma.is_anonymous() || vma.object->store() == nullptr || vma.object->store()->pages == nullptr) return 0;
  const auto& pages = static_cast<const CachedPages&>(*vma.object->store()->pages);
  const std::uint64_t first = vma.page_offset;
  std::uint64_t bytes = 0;
  pages.visit(first, first + vma.range.pages() - 1, [&](std::uint64_t index, const CachedPages::Place& place) {
    const VirtAddr at = vma.range.begin + ((index - first) << page_shift);
    const bool has_entry = space.tables().look_up(at).last().entry.bits() != 0;
    if (std::holds_alternative<SwapSlot>(place) && !has_entry) bytes += page_bytes;
  });
  return bytes;
}

}  // namespace

MappingUse mapping_use(const MainMemory& memory, const UserSpace& space, const Vma& vma) {
  MappingUse sum;
  sum.may_be_huge = may_be_huge(memory, vma);
  const PageFormat& format = space.tables().format();
  for (VirtAddr at = vma.range.begin; at < vma.range.end;) {
    const WalkStep found = space.tables().look_up(at).last();
    if (is_swap_entry(found.entry)) {
      sum.swap += page_bytes;
      const std::uint32_t users = users_of(memory, slot_of(found.entry, format));
      sum.proportional_swap += users < 2 ? whole_page : whole_page / users;
    } else if (space.is_huge(found)) {
      add_huge_page(sum, memory, space, vma, at);
    } else if (holds_page(found.entry)) {
      add_page(sum, memory, vma, found.entry);
    }
    // A table that is missing is skipped whole.
    const std::uint64_t span = format.levels[found.level].entry_span();
    at = at.aligned_down(span) + span;
  }
  sum.swap += swapped_of_object(vma, space);
  return sum;
}

// pte_to_pagemap_entry.
PagemapPage pagemap_page(const MainMemory& memory, const UserSpace& space, VirtAddr page) {
  const PageEntry entry = space.entry_at(page);
  if (is_swap_entry(entry)) {
    const SwapSlot slot = slot_of(entry, space.tables().format());
    return {.place = PagemapPage::Place::swap, .swap_slot = slot.value()};
  }
  if (!holds_page(entry)) return {};
  PagemapPage found{.place = PagemapPage::Place::frame, .frame = entry.frame()};
  if (entry.frame() == memory.zero_page()) return found;
  const PageRecord& record = memory.records()[entry.frame()];
  found.is_file_or_shared = record.content != PageContent::anonymous;
  found.is_exclusive = record.mappings == 1;
  return found;
}

}  // namespace signalbox
