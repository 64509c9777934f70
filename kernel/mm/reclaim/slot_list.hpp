#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <vector>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {

// Where a frame stands in an order of frames, and which page it holds.
struct SlotNode : boost::intrusive::list_base_hook<> {
  PageKey key = 0;
};

// An order of frames; the oldest stands in front.
using SlotList = boost::intrusive::list<SlotNode>;

// A node for each frame. It must outlive the lists its nodes are in.
class SlotNodes {
 public:
  explicit SlotNodes(FrameSlot count) : nodes_(count) {}

  SlotNode& operator[](FrameSlot slot) { return nodes_[slot]; }
  FrameSlot slot_of(const SlotNode& node) const { return static_cast<FrameSlot>(&node - nodes_.data()); }
  SlotNode& hold(ResidentPage page) {
    SlotNode& node = nodes_[page.slot];
    node.key = page.key;
    return node;
  }

 private:
  std::vector<SlotNode> nodes_;
};

inline void move_to_back(SlotList& list, SlotNode& node) { list.splice(list.end(), list, list.iterator_to(node)); }
inline void erase(SlotList& list, SlotNode& node) { list.erase(list.iterator_to(node)); }

}  // namespace signalbox
