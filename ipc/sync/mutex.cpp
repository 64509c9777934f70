#include "ipc/sync/mutex.hpp"

#include "kernel/task/process_table.hpp"

namespace signalbox {

Result<int> Mutex::try_lock(Tid self) {
  if (lock_.owner == self && kind_ == MutexKind::recursive) return lock_again();
  if (lock_.owner != Tid()) return Errno::ebusy;
  lock_.owner = self;
  depth_ = 1;
  return 0;
}

Result<int> Mutex::lock_again() {
  if (depth_ == deepest) return Errno::eagain;
  ++depth_;
  return 0;
}

Result<int> Mutex::lock(Current& current, Tid self, Instant deadline) {
  if (lock_.owner == self && kind_ == MutexKind::errorcheck) return Errno::edeadlk;
  while (true) {
    const Result<int> taken = try_lock(self);
    if (taken.has_value() || taken.error() != Errno::ebusy) return taken;
    if (kernel_ != nullptr) return await_owner(current, self, deadline);
    // No signal ends it: pthread_mutex_lock(3p) never returns EINTR.
    if (current.sleep_on(sleepers_, deadline) == WakeReason::timed_out) return Errno::etimedout;
  }
}

Result<int> Mutex::await_owner(Current& current, Tid self, Instant deadline) {
  Thread& waiter = *kernel_->processes().find_thread(self);
  TRY(kernel_->await_owner(lock_, waiter));
  while (lock_.owner != self) {
    if (current.sleep_on(sleepers_, deadline) == WakeReason::timed_out) return Errno::etimedout;
  }
  depth_ = 1;
  return 0;
}

Result<int> Mutex::unlock(Tid self) {
  if (lock_.owner != self) return Errno::eperm;
  if (--depth_ > 0) return 0;
  if (lock_.has_waiters()) {
    kernel_->hand_over(lock_);
    return 0;
  }
  lock_.owner = Tid();
  sleepers_.wake(Waiters::one);
  return 0;
}

}  // namespace signalbox
