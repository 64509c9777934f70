#pragma once

#include "ipc/sync/mutex.hpp"

namespace signalbox {

// A condition variable as pthread_cond_wait(3p) has it: a signal while nobody waits is lost.
class Condition {
 public:
  explicit Condition(NameId name = NameId(), WaitKind kind = WaitKind::condition)
      : sleepers_(WaitLabel{kind, name, OnSignal::sleeps_on}) {}

  // Releases `mutex`, sleeps until signalled, and takes it again; nothing comes between the release and the sleep.
  // May wake without a signal: test again. Errno::eperm, without sleeping, unless `self` holds the mutex. A recursive
  // mutex is released once.
  Result<int> wait(Current& current, Mutex& mutex, Tid self);
  // Wakes the longest sleeper.
  void signal() { sleepers_.wake(Waiters::one); }
  void broadcast() { sleepers_.wake(Waiters::all); }

  bool has_sleepers() const { return !sleepers_.empty(); }

 private:
  WaitQueue sleepers_;
};

}  // namespace signalbox
