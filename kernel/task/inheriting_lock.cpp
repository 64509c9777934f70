#include "kernel/task/inheriting_lock.hpp"

#include <algorithm>

namespace signalbox {

void InheritingLock::add(Thread& thread, Urgency urgency) {
  waiting_.insert(std::ranges::upper_bound(waiting_, urgency, {}, &Waiting::urgency), {&thread, urgency});
}

void InheritingLock::remove(const Thread& thread) {
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.thread == &thread; });
}

}  // namespace signalbox
