#pragma once

#include <map>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/task/inheriting_lock.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

// What priority inheritance needs of the machine.
class InheritanceHost {
 public:
  // The scheduler orders the thread by `effective` from now on.
  virtual void set_effective(Thread& thread, const SchedAttributes& effective) = 0;
  // The absolute deadline by which its policy orders the thread; Instant::max() if it has none.
  virtual Instant deadline_of(const Thread& thread) const = 0;

 protected:
  ~InheritanceHost() = default;
};

// Who owns a lock is scheduled at least as well as the most urgent of those who wait for it, who may itself inherit
// from others: Linux's kernel/locking/rtmutex.c. `Thread::normal` is what a thread was given, its entity's attributes
// are what it has by inheritance. What is inherited (kernel/sched/core.c, rt_mutex_setprio): a real-time priority,
// under which who was neither FIFO nor RR runs as FIFO; or the reservation of a deadline thread, without being
// throttled; of fair threads nothing. A thread is known here only while it waits for such a lock, or others wait for
// one of its own.
class PriorityInheritance {
 public:
  // The longest chain of owners that is followed (max_lock_depth).
  static constexpr unsigned longest_chain = 1024;

  PriorityInheritance(const ProcessTable& table, InheritanceHost& host) : table_(table), host_(host) {}

  // `waiter` is about to sleep until the lock's owner hands it over. Errno::edeadlk, and nothing has changed, if the
  // owner waits for `waiter` or the chain is too long. If the owner has ended, nobody will hand it over.
  Result<int> wait(InheritingLock& lock, Thread& waiter);
  // The lock's owner lets go: the most urgent waiter owns the lock from now on and wakes up.
  void hand_over(InheritingLock& lock);
  // Its sleep has ended without the lock: it was killed, or its time was over.
  void stop_waiting(Thread& waiter);
  // Somebody changes what the thread has by itself.
  void set_normal(Thread& thread, const SchedAttributes& normal);
  // What it owns and others wait for is handed over (kernel/futex/core.c, exit_pi_state_list).
  void thread_ended(Thread& thread);

 private:
  struct Links {
    InheritingLock* waits_for = nullptr;
    std::vector<InheritingLock*> contended;  // those it owns that others wait for, in the order in which they began to
  };

  Thread* owner_of(const InheritingLock& lock) const;
  bool leads_to(const InheritingLock& lock, const Thread& waiter) const;
  const InheritingLock* awaited_by(const Thread& thread) const;
  Urgency urgency_of(const Thread& thread) const;
  SchedAttributes effective(const Thread& thread) const;
  void propagate(Thread* thread);
  void set_contended(InheritingLock& lock, Thread* owner);
  void clear_contended(InheritingLock& lock, Thread* owner);
  Links& links_of(Thread& thread);
  void forget_if_free(Thread& thread);

  const ProcessTable& table_;
  InheritanceHost& host_;
  std::map<Tid, Links> links_;
};

}  // namespace signalbox
