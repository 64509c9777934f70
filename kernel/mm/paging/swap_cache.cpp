// What MainMemory keeps of pages that are in swap and in a frame at once: Linux's swap cache (mm/swap_state.c).
#include "kernel/mm/paging/main_memory.hpp"

namespace signalbox {

std::optional<FrameNumber> MainMemory::swap_cached(SwapSlot slot) const {
  if (slot.value() >= swap_cache_.size() || swap_cache_[slot.value()] == 0) return std::nullopt;
  return FrameNumber(swap_cache_[slot.value()] - 1);
}

void MainMemory::enter_swap_cache(FrameNumber page, SwapSlot slot) {
  if (slot.value() >= swap_cache_.size()) swap_cache_.resize(slot.value() + 1);
  swap_cache_[slot.value()] = page.value() + 1;
  PageRecord& record = records_[page];
  record.slot = slot;
  record.has_slot = true;
  ++records_.counts().swap_cached;
}

Result<BlockRequest> MainMemory::begin_swap_read(SwapSlot slot, FrameUrgency urgency) {
  const auto frame = take_frame(urgency);
  if (!frame) return Errno::enomem;
  swap_.get(slot);
  enter_swap_cache(*frame, slot);
  records_[*frame].content = PageContent::anonymous;
  shortage_.added(*frame, PageKind::anonymous, swap_.take_shadow(slot));
  return begin_transfer(*frame, BlockRequest::Direction::read);
}

void MainMemory::put_slot(SwapSlot slot) {
  swap_.put(slot);
  const auto page = swap_cached(slot);
  if (!page || swap_.uses(slot) > 1) return;
  const PageRecord& record = records_[*page];
  if (record.mappings == 0 && record.transfer == PageTransfer::none) leave_swap_cache(*page);
}

bool MainMemory::free_slot_of(FrameNumber page) {
  PageRecord& record = records_[page];
  if (!record.has_slot) return true;
  if (record.transfer != PageTransfer::none || swap_.uses(record.slot) > 1) return false;
  record.is_dirty = true;
  if (record.content == PageContent::anonymous) {
    leave_swap_cache(page);
  } else {
    swap_.put(record.slot);
    record.has_slot = false;
  }
  return true;
}

void MainMemory::leave_swap_cache(FrameNumber page) {
  PageRecord& record = records_[page];
  swap_cache_[record.slot.value()] = 0;
  record.has_slot = false;
  --records_.counts().swap_cached;
  swap_.put(record.slot);
  let_go(page);
}

}  // namespace signalbox
