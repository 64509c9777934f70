#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// Orders of frames, each frame in one of them at most, as links by frame number: 9 bytes a frame. The newest stands at
// the head, the oldest at the tail, as in Linux's lists. A frame may stand for a huge page: all of its frames.
class FrameChains {
 public:
  using Chain = std::uint8_t;
  static constexpr Chain no_chain = 255;

  FrameChains(std::uint32_t frames, Chain chains);

  // Requires a frame that is in none.
  void add_head(Chain chain, FrameNumber frame);
  void add_tail(Chain chain, FrameNumber frame);
  // Requires a frame that is in one.
  void remove(FrameNumber frame);
  // Requires a frame that is in one, and another that is in none: that goes in on the younger side of this.
  void add_younger(FrameNumber frame, FrameNumber than);

  // How many frames it stands for, in none or in whichever chain; 1, unless said otherwise.
  void stand_for(FrameNumber frame, std::uint32_t pages);
  std::uint32_t pages(FrameNumber frame) const { return is_huge_[frame.value()] ? huge_page_frames : 1; }

  // no_chain: it is in none.
  Chain chain_of(FrameNumber frame) const { return chain_of_[frame.value()]; }
  bool contains(FrameNumber frame) const { return chain_of(frame) != no_chain; }
  // In pages.
  std::uint32_t size(Chain chain) const { return ends_[chain].size; }
  std::optional<FrameNumber> tail(Chain chain) const;
  // The next younger one in the frame's chain, towards the head.
  std::optional<FrameNumber> younger(FrameNumber frame) const;

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct Links {
    std::uint32_t younger = none;
    std::uint32_t older = none;
  };
  struct Ends {
    std::uint32_t head = none;
    std::uint32_t tail = none;
    std::uint32_t size = 0;
  };

  std::vector<Links> links_;
  std::vector<Chain> chain_of_;
  std::vector<bool> is_huge_;
  std::vector<Ends> ends_;
};

}  // namespace signalbox
