#pragma once

#include <cstddef>
#include <memory>

#include "kernel/sim/event.hpp"

namespace signalbox {

// The sorted front of a ladder queue: one contiguous array, consumed from its head, with room before and behind.
class SortedRun {
 public:
  SortedRun() { move_to(initial_capacity); }

  bool empty() const { return head_ == end_; }
  std::size_t size() const { return end_ - head_; }
  // Requires k < size().
  const Event& operator[](std::size_t k) const { return events_[head_ + k]; }
  const Event& front() const { return events_[head_]; }
  const Event& back() const { return events_[end_ - 1]; }

  // Requires !empty().
  Event pop() { return events_[head_++]; }

  // Moves at most `reach` events to make room; false, and nothing done, where that is not enough.
  bool insert(const Event& event);

  // Room for `count` events behind the last, which the caller fills with append() and then sorts with sort_from().
  void reserve(std::size_t count);
  // Requires reserved room. The event is not before back(), or sort_from() follows.
  void append(const Event& event) { events_[end_++] = event; }
  // Sorts the events from place k on; they are none before those in front of k.
  void sort_from(std::size_t k);

  void clear() { head_ = end_ = front_room; }

 private:
  // How many events an insertion may move: about 2 KiB, still cheaper than a detour through a heap.
  static constexpr std::size_t reach = 64;
  // Free places before the head after every move, for events that come in before the front.
  static constexpr std::size_t front_room = 32;

  static constexpr std::size_t initial_capacity = 256;

  void move_to(std::size_t capacity);

  std::unique_ptr<Event[]> events_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;
  std::size_t end_ = 0;
};

}  // namespace signalbox
