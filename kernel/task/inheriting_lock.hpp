#pragma once

#include <compare>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {

struct Thread;

// How urgent a waiter is (kernel/locking/rtmutex.c, __waiter_prio, rt_waiter_node_less): by class and real-time
// priority, deadline threads among themselves by their absolute deadline. All fair threads are equal, whatever their
// nice values.
struct Urgency {
  ClassRank rank = fair_rank;  // lower: more urgent
  Instant deadline = Instant::max();

  auto operator<=>(const Urgency&) const = default;
};

// A lock that knows who waits for it, the most urgent first and first come, first served among equals: what priority
// inheritance is computed from (kernel/locking/rtmutex_common.h, struct rt_mutex_base).
class InheritingLock {
 public:
  struct Waiting {
    Thread* thread;
    Urgency urgency;
  };

  InheritingLock() = default;
  InheritingLock(const InheritingLock&) = delete;
  InheritingLock& operator=(const InheritingLock&) = delete;

  Tid owner;  // 0: nobody

  bool has_waiters() const { return !waiting_.empty(); }
  // The most urgent. Requires a waiter.
  const Waiting& top() const { return waiting_.front(); }
  const std::vector<Waiting>& waiting() const { return waiting_; }

  void add(Thread& thread, Urgency urgency);
  void remove(const Thread& thread);

 private:
  std::vector<Waiting> waiting_;
};

}  // namespace signalbox
