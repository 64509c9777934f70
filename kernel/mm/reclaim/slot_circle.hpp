#pragma once

#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {

// Frames in a circle in the order of loading, and a hand: a new page takes the place its victim had, and the hand
// stands behind it.
class SlotCircle {
 public:
  explicit SlotCircle(FrameSlot slots) : nodes_(slots) {}

  std::size_t size() const { return circle_.size(); }
  void add(ResidentPage page) { circle_.insert(hand_, nodes_.hold(page)); }
  void remove(FrameSlot slot) {
    const SlotList::iterator at = circle_.iterator_to(nodes_[slot]);
    if (hand_ == at) ++hand_;
    circle_.erase(at);
  }
  // Where the hand stands. Requires a page.
  FrameSlot at_hand() {
    if (hand_ == circle_.end()) hand_ = circle_.begin();
    return nodes_.slot_of(*hand_);
  }
  // Requires that at_hand was asked since the last change.
  void advance() { ++hand_; }

 private:
  SlotNodes nodes_;
  SlotList circle_;
  SlotList::iterator hand_ = circle_.end();
};

}  // namespace signalbox
