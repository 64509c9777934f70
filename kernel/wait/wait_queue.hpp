#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "kernel/base/wait_kind.hpp"
#include "kernel/wait/waiter.hpp"

namespace signalbox {

enum class Waiters : std::uint8_t { one, all };

// Sleepers in the order they came. Waking is a hint that a condition may hold now: a sleeper tests it again.
class WaitQueue {
 public:
  explicit WaitQueue(WaitLabel label) : label_(label) {}
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  // Requires that nobody sleeps here.
  ~WaitQueue();

  WaitLabel label() const { return label_; }
  bool empty() const { return waiters_.empty(); }

  void add(Waiter& waiter) { waiters_.push_back(waiter); }
  // Wakes the longest sleeper, or all in order.
  void wake(Waiters which);
  // Moves the longest sleeper, or all, to the end of `other` without waking them (futex(2), FUTEX_REQUEUE).
  void requeue(Waiters which, WaitQueue& other);

 private:
  using List = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

  List waiters_;
  WaitLabel label_;
};

}  // namespace signalbox
