#include "kernel/wait/wait_queue.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

WaitQueue::~WaitQueue() { CHECK(waiters_.empty(), "whoever sleeps keeps what it sleeps on"); }

void WaitQueue::wake(Waiters which) {
  // Sleepers that come while this wakes are not woken: they tested the condition after the wake.
  List woken;
  if (which == Waiters::all) {
    woken.swap(waiters_);
  } else if (!waiters_.empty()) {
    woken.splice(woken.end(), waiters_, waiters_.begin());
  }
  while (!woken.empty()) {
    Waiter& waiter = woken.front();
    woken.pop_front();
    waiter.woken();
  }
}

void WaitQueue::requeue(Waiters which, WaitQueue& other) {
  if (waiters_.empty()) return;
  const auto end = which == Waiters::all ? waiters_.end() : std::next(waiters_.begin());
  other.waiters_.splice(other.waiters_.end(), waiters_, waiters_.begin(), end);
}

}  // namespace signalbox
