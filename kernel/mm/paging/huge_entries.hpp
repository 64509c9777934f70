#pragma once

#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

template <class Action>
void MainMemory::each_entry(FrameNumber page, Action action) const {
  if (!huge_.contains(page)) return records_.each_mapping(page, action);
  const FrameNumber head = huge_page_of(page);
  const std::uint32_t by_huge_entries = huge_.mappings(head);
  records_.each_mapping(head, action);
  for (std::uint32_t i = 1; i < huge_page_frames; ++i) {
    const FrameNumber frame = frame_after(head, i);
    if (records_[frame].mappings == by_huge_entries) continue;
    records_.each_mapping(frame, [&](PageMapping mapping) {
      if (!mapping.space->is_huge_at(mapping.at)) action(mapping);
    });
  }
}

}  // namespace signalbox
