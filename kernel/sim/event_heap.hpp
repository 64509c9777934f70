#pragma once

#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sim/event.hpp"

namespace signalbox {

// A 4-ary min-heap of events, the best engine while all of it stays in the nearest cache.
// pop() leaves a hole at the root, because a simulation mostly pushes right after it pops: the pushed event
// then sinks from the root once, where filling the hole at once would walk the whole heap and then some.
class EventHeap {
 public:
  EventHeap() { clear(); }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // Requires !empty().
  const Event& front() const { return slots_[front_]; }

  void push(const Event& event) {
    if (front_ == root) {
      rise(append_slot(), event);
    } else if (event < slots_[front_]) {
      slots_[root] = event;
      front_ = root;
    } else {
      fill_hole(event);
    }
    ++size_;
  }

  // Requires !empty().
  Event pop() {
    if (front_ != root) fill_hole(take_last());
    const Event event = slots_[root];
    --size_;
    if (size_ == 0) {
      slots_[root] = never;
      front_ = end_ = root;
    } else {
      front_ = least_child(root);
    }
    return event;
  }

  // Hands every event to `sink`, in no particular order, and is empty afterwards.
  template <class Sink>
  void drain(Sink&& sink) {
    for (std::size_t slot = front_ == root ? root : root + 1; slot < end_; ++slot) sink(slots_[slot]);
    clear();
  }

 private:
  static constexpr std::size_t arity = 4;
  // Slot 3 is the root, so that four brothers (slots 4i to 4i + 3) fill exactly two cache lines.
  static constexpr std::size_t root = arity - 1;
  // Every group of brothers is complete: slots past the end hold events that lose every comparison.
  static constexpr Event never{.when = Instant::max(), .order = ~std::uint64_t{0}};

  static std::size_t first_child(std::size_t slot) { return arity * (slot - root + 1); }
  static std::size_t parent(std::size_t slot) { return slot / arity + root - 1; }

  std::size_t least_child(std::size_t slot) const {
    const std::size_t child = first_child(slot);
    if (child >= end_) return child;
    const Event* brothers = &slots_[child];
    const std::size_t left = brothers[1] < brothers[0] ? 1 : 0;
    const std::size_t right = brothers[3] < brothers[2] ? 3 : 2;
    return child + (brothers[right] < brothers[left] ? right : left);
  }

  std::size_t append_slot() {
    if (end_ == slots_.size()) slots_.resize(slots_.size() + arity, never);
    return end_++;
  }

  Event take_last() {
    --end_;
    const Event event = slots_[end_];
    slots_[end_] = never;
    return event;
  }

  void rise(std::size_t slot, const Event& event) {
    while (slot > root && event < slots_[parent(slot)]) {
      slots_[slot] = slots_[parent(slot)];
      slot = parent(slot);
    }
    slots_[slot] = event;
  }

  // The least event stands right below the hole: it moves up, and `event` sinks from where it stood.
  void fill_hole(const Event& event) {
    std::size_t hole = root;
    std::size_t child = front_;
    while (child < end_ && slots_[child] < event) {
      slots_[hole] = slots_[child];
      hole = child;
      child = least_child(hole);
    }
    slots_[hole] = event;
    front_ = root;
  }

  void clear() {
    slots_.assign(2 * arity, never);
    end_ = root;
    front_ = root;
    size_ = 0;
  }

  std::vector<Event, boost::alignment::aligned_allocator<Event, 64>> slots_;
  std::size_t end_ = root;    // one past the last occupied slot
  std::size_t front_ = root;  // where the least event is: at the root, or just below it while the root is a hole
  std::size_t size_ = 0;      // without the hole
};

}  // namespace signalbox
