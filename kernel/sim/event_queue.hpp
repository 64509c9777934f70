#pragma once

#include <cstddef>

#include "kernel/base/check.hpp"
#include "kernel/sim/event.hpp"
#include "kernel/sim/event_heap.hpp"
#include "kernel/sim/ladder_queue.hpp"

namespace signalbox {

// The pending events of a simulation in order of (when, order): a 4-ary heap while few are pending, a ladder queue
// beyond (design/switching.md section 1). No two pending events may be equal in both.
class EventQueue {
 public:
  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // Requires event.when >= the `when` of the last popped event.
  void push(const Event& event) {
    CHECK(event.when >= last_popped_, "the past takes no more events");
    if (event.when < next_instant_) next_instant_ = event.when;
    if (!uses_ladder_) {
      heap_.push(event);
      if (heap_.size() > most_in_heap) climb();
    } else {
      ladder_.push(event);
    }
  }

  bool empty() const { return size() == 0; }
  std::size_t size() const { return uses_ladder_ ? ladder_.size() : heap_.size(); }

  // Instant::max() when empty. Cheap: asked before every suspend.
  Instant next_instant() const { return next_instant_; }

  // Requires !empty().
  Event pop() {
    const Event event = uses_ladder_ ? pop_ladder() : pop_heap();
    last_popped_ = event.when;
    return event;
  }

  // The k-th event from the front (0 = the next), or null when fewer are known to be sorted. A hint for prefetching:
  // while few events are pending only the next is known, as then all of them are in the host's cache anyway.
  const Event* peek(std::size_t k) const {
    if (uses_ladder_) return ladder_.peek(k);
    return k == 0 && !heap_.empty() ? &heap_.front() : nullptr;
  }

  // The bounds at which the engine changes. Measured on Zen 4, pop and push: 16 and 29 ns at 20 events, 27 and 30 at
  // 300, 31 and 28 at 1 000. They lie far apart, so that a number of events swinging around one of them does not
  // move the events to and fro.
  static constexpr std::size_t most_in_heap = 320;
  static constexpr std::size_t fewest_in_ladder = 160;

 private:
  Event pop_heap() {
    const Event event = heap_.pop();
    next_instant_ = heap_.empty() ? Instant::max() : heap_.front().when;
    return event;
  }

  Event pop_ladder() {
    const Event event = ladder_.pop();
    next_instant_ = ladder_.next_instant();
    if (ladder_.size() < fewest_in_ladder) descend();
    return event;
  }

  void climb();
  void descend();

  Instant next_instant_ = Instant::max();
  Instant last_popped_;
  bool uses_ladder_ = false;
  EventHeap heap_;  // empty while the ladder is used, and the other way round
  LadderQueue ladder_;
};

}  // namespace signalbox
