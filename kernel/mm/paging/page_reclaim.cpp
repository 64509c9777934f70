// What MainMemory does to pages when reclaim says so: mm/rmap.c and mm/swap_state.c of 6.1.
#include <algorithm>
#include <utility>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/huge_entries.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

ReclaimablePages::References MainMemory::take_references(FrameNumber page) {
  References found;
  const bool is_file = records_[page].content == PageContent::file;
  const std::uint64_t bytes = huge_.contains(page) ? huge_page_bytes : page_bytes;
  each_entry(page, [&](PageMapping mapping) {
    const Vma* const vma = mapping.space->map_.vmas().find(mapping.at);  // gone already, if it is being unmapped
    if (vma != nullptr && vma->has(vma_flag::locked)) found.is_locked = true;
    if (mapping.space->is_kept({mapping.at, mapping.at + bytes})) found.is_kept = true;
    if (!mapping.space->take_accessed(mapping.at)) return;
    ++found.accessed;
    if (is_file && vma != nullptr && vma->has(vma_flag::exec)) found.is_executable_file = true;
  });
  return found;
}

bool MainMemory::is_mapped(FrameNumber page) const { return records_[page].mappings > 0; }

bool MainMemory::is_dirty(FrameNumber page) const {
  const PageRecord& record = records_[page];
  const bool is_copied = record.content != PageContent::anonymous || record.has_slot || record.is_lazy;
  if (!is_copied || record.is_dirty) return true;
  bool is_written = false;
  records_.each_mapping(page, [&](PageMapping mapping) {
    is_written = is_written || mapping.space->entry_at(mapping.at).has(page_bit::dirty);
  });
  return is_written;
}

bool MainMemory::is_busy(FrameNumber page) const { return records_[page].transfer != PageTransfer::none; }

bool MainMemory::is_locked(FrameNumber page) const {
  bool is_found = false;
  each_entry(page, [&](PageMapping mapping) {
    const Vma* const vma = mapping.space->map_.vmas().find(mapping.at);
    is_found = is_found || (vma != nullptr && vma->has(vma_flag::locked));
  });
  return is_found;
}

std::optional<AddressSpaceId> MainMemory::owner(FrameNumber page) const {
  const PageRecords::Mappings mappings = records_.mappings_of(page);
  if (mappings.empty()) return std::nullopt;
  const bool is_parent_first = records_[page].is_only_counted(mappings.front().at);
  return (is_parent_first ? mappings.front() : mappings.back()).space->id();
}

bool MainMemory::add_to_swap(FrameNumber page) {
  if (huge_.contains(page)) split_huge_page(page);
  PageRecord& record = records_[page];
  CHECK(record.content != PageContent::file, "a file's page has its place in the file");
  if (record.has_slot) return true;
  if (record.is_lazy && !is_dirty(page)) return true;
  record.is_lazy = false;  // written since it was given up
  const std::optional<SwapSlot> slot = swap_.allocate();
  if (!slot) return false;
  if (record.content == PageContent::anonymous) {
    enter_swap_cache(page, *slot);
    frames_.get(page);
  } else {
    record.slot = *slot;
    record.has_slot = true;
  }
  record.is_dirty = true;
  return true;
}

void MainMemory::release_swap(FrameNumber page) { free_slot_of(page); }

void MainMemory::unmap(FrameNumber page) {
  PageRecord& record = records_[page];
  const bool is_anonymous = record.content == PageContent::anonymous;
  CHECK(!huge_.contains(page), "a huge page is split before it goes");
  CHECK(!is_anonymous || record.has_slot || record.is_lazy, "what is taken from its owners has a place to go");
  if (record.mappings == 0) return;
  // What was given up goes nowhere; somebody must hold it until it is evicted.
  if (is_anonymous && !record.has_slot) frames_.get(page);
  records_.each_mapping(page, [&](PageMapping mapping) {
    UserSpace& space = *mapping.space;
    if (!space.map_.vmas().find(mapping.at)->has(vma_flag::locked) &&
        !space.is_kept({mapping.at, mapping.at + page_bytes}))
      space.give_up_page(mapping.at);
  });
}

BlockRequest MainMemory::start_write(FrameNumber page) {
  PageRecord& record = records_[page];
  CHECK(record.transfer == PageTransfer::none, "a page is written once at a time");
  CHECK(record.content == PageContent::file ? record.cache() != nullptr : record.has_slot && record.mappings == 0,
        "a page that is written has a place to go");
  // Who writes to it from now on makes it dirty anew (page_mkclean).
  records_.each_mapping(page, [](PageMapping mapping) { mapping.space->clean_page(mapping.at); });
  record.is_dirty = false;
  if (record.content == PageContent::file) clear_behind_end(page);
  return begin_transfer(page, BlockRequest::Direction::write);
}

// What programs have written there by mappings is nobody's (block_write_full_page of fs/buffer.c).
void MainMemory::clear_behind_end(FrameNumber page) {
  const PageRecord& record = records_[page];
  std::ranges::fill(frames_.bytes(page).subspan(record.cache()->store().bytes_in(record.index)), std::byte{0});
}

// __remove_mapping.
void MainMemory::evict(FrameNumber page, EvictionShadow shadow) {
  const PageRecord record = std::exchange(records_[page], PageRecord{});
  CHECK(record.mappings == 0 && record.transfer == PageTransfer::none && frames_.frame(page).references == 1,
        "only the cache holds what is evicted");
  if (record.has_slot) swap_.set_shadow(record.slot, shadow);
  if (record.content == PageContent::anonymous) {
    if (record.has_slot) {
      swap_cache_[record.slot.value()] = 0;
      --records_.counts().swap_cached;
      swap_.put(record.slot);
    }
  } else {
    left_cache(record);
    if (record.has_slot) {
      record.cache()->set(record.index, record.slot);
    } else {
      record.cache()->set(record.index, shadow);
    }
  }
  frames_.put(page);
}

}  // namespace signalbox
