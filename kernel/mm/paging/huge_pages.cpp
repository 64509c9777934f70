// Huge pages as all who map them see them: their frames, their life, their end. mm/huge_memory.c, 6.1.
#include <algorithm>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/huge_entries.hpp"

namespace signalbox {

bool MainMemory::may_be_huge(const Vma& vma) const {
  if (!vma.is_anonymous() || vma.has(vma_flag::not_huge)) return false;
  switch (config_.huge_pages) {
    case HugePagePolicy::never:
      return false;
    case HugePagePolicy::madvise:
      return vma.has(vma_flag::huge);
    case HugePagePolicy::always:
      return true;
  }
  return false;
}

std::optional<FrameNumber> MainMemory::take_huge_block(FrameUrgency urgency) {
  const auto at_mark = [&](WatermarkLevel mark) {
    return frames_.allocate({.order = huge_page_order, .watermark = mark, .urgency = urgency});
  };
  const auto head = at_mark(WatermarkLevel::low);
  return head ? head : at_mark(WatermarkLevel::min);
}

bool MainMemory::may_move(FrameNumber page) const {
  const PageRecord& record = records_[page];
  const std::uint32_t known = record.mappings + (record.has_slot ? 1U : 0U);
  return shortage_.lists().contains(listed(page)) && frames_.frame(page).references == known;
}

std::optional<FrameNumber> MainMemory::take_huge_page(FrameUrgency urgency) {
  const auto head = take_huge_block(urgency);
  if (!head) return std::nullopt;
  frames_.clear(*head, huge_page_order);
  frames_.split(*head);
  return head;
}

std::optional<FrameNumber> MainMemory::get_huge_zero(FrameUrgency urgency) {
  if (huge_zero_) {
    frames_.get(*huge_zero_);
    return huge_zero_;
  }
  const auto block = frames_.allocate({.order = huge_page_order, .urgency = urgency});
  if (!block) return std::nullopt;
  frames_.clear(*block, huge_page_order);
  ++events_.huge_zero_pages;
  return huge_zero_ = block;
}

// The last space that used it gives it back; Linux waits until memory is short (shrink_huge_zero_page_scan).
void MainMemory::put_huge_zero() {
  const FrameNumber head = *huge_zero_;
  if (frames_.frame(head).references == 1) huge_zero_.reset();
  frames_.put(head);
}

void MainMemory::unmapped_huge(FrameNumber head, PageMapping mapping, PageEntry entry) {
  bool has_small_entries = false;
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) {
    const FrameNumber page = frame_after(head, i);
    records_.remove_mapping(page, {mapping.space, mapping.at + i * page_bytes});
    has_small_entries = has_small_entries || records_[page].mappings > 0;
  }
  if (huge_.unmapped(head)) {
    if (has_small_entries) {
      shortage_.split(head);
      ++events_.huge_page_splits;
    } else {
      shortage_.removed(head);
    }
  }
  if (records_[head].mappings > 0) shortage_.left(head, mapping.space->id());
  for (std::uint32_t i = 0; i < huge_page_frames; ++i) entry_left(frame_after(head, i), entry);
}

// Linux keeps the block together until memory is short, if only small entries are left (deferred_split_huge_page).
void MainMemory::huge_entry_split(FrameNumber head) {
  ++events_.huge_entry_splits;
  if (!huge_.unmapped(head)) return;
  shortage_.split(head);
  ++events_.huge_page_splits;
}

void MainMemory::split_huge_page(FrameNumber head) {
  records_.each_mapping(head, [](PageMapping mapping) {
    if (mapping.space->is_huge_at(mapping.at)) mapping.space->split_huge_at(mapping.at);
  });
  CHECK(!huge_.contains(head), "the reverse map knows all entries");
}

}  // namespace signalbox
