#pragma once

#include "kernel/alloc/extent.hpp"

namespace signalbox::alloc {

// Extents in order of age, the oldest at hand: insertion in constant time, removal in amortised logarithmic time
// (Fredman, Sedgewick, Sleator and Tarjan 1986). The links lie in the extents; `Records` has extent(ExtentId).
class PairingHeap {
 public:
  bool is_empty() const { return is_none(root_); }
  ExtentId first() const { return root_; }

  template <class Records>
  void insert(Records& records, ExtentId id) {
    auto& extent = records.extent(id);
    extent.first_child = extent.next_sibling = extent.previous = ExtentId();
    root_ = is_none(root_) ? id : merged(records, root_, id);
  }

  // Requires `id` to be in this heap.
  template <class Records>
  void remove(Records& records, ExtentId id) {
    auto& extent = records.extent(id);
    const ExtentId children = merged_children(records, extent.first_child);
    if (id == root_) {
      root_ = children;
    } else {
      auto& previous = records.extent(extent.previous);
      (previous.first_child == id ? previous.first_child : previous.next_sibling) = extent.next_sibling;
      if (!is_none(extent.next_sibling)) records.extent(extent.next_sibling).previous = extent.previous;
      if (!is_none(children)) root_ = merged(records, root_, children);
    }
    extent.first_child = extent.next_sibling = extent.previous = ExtentId();
  }

 private:
  // Of two roots the later one becomes the earlier one's first child.
  template <class Records>
  static ExtentId merged(Records& records, ExtentId a, ExtentId b) {
    if (is_before(records.extent(b), records.extent(a))) std::swap(a, b);
    auto& parent = records.extent(a);
    auto& child = records.extent(b);
    child.next_sibling = parent.first_child;
    if (!is_none(parent.first_child)) records.extent(parent.first_child).previous = b;
    child.previous = a;
    parent.first_child = b;
    return a;
  }

  // Two passes: neighbours in pairs from the left, the pairs from the right.
  template <class Records>
  static ExtentId merged_children(Records& records, ExtentId child) {
    ExtentId pairs;  // a stack, by next_sibling
    while (!is_none(child)) {
      ExtentId left = child;
      const ExtentId right = cut(records, left);
      child = is_none(right) ? right : cut(records, right);
      if (!is_none(right)) left = merged(records, left, right);
      records.extent(left).next_sibling = pairs;
      pairs = left;
    }
    ExtentId root;
    while (!is_none(pairs)) {
      const ExtentId pair = pairs;
      pairs = cut(records, pair);
      root = is_none(root) ? pair : merged(records, root, pair);
    }
    return root;
  }

  // Makes it a root, and answers the next sibling that it had.
  template <class Records>
  static ExtentId cut(Records& records, ExtentId id) {
    auto& extent = records.extent(id);
    const ExtentId next = extent.next_sibling;
    extent.next_sibling = extent.previous = ExtentId();
    return next;
  }

  ExtentId root_;
};

}  // namespace signalbox::alloc
