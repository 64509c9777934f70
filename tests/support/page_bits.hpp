#pragma once

#include <vector>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {

// Accessed bits that a test sets; all pages are clean, and no time passes.
class PageBits final : public PageView {
 public:
  explicit PageBits(FrameSlot slots) : accessed(slots) {}

  bool is_accessed(FrameSlot slot) const override { return accessed[slot]; }
  void clear_accessed(FrameSlot slot) override { accessed[slot] = false; }
  bool is_dirty(FrameSlot) const override { return false; }
  void start_write(FrameSlot) override {}
  std::uint64_t now() const override { return 0; }

  std::vector<bool> accessed;
};

}  // namespace signalbox
