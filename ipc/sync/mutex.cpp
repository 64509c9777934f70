#include "ipc/sync/mutex.hpp"

namespace signalbox {

Result<int> Mutex::try_lock(Tid self) {
  if (owner_ == self && kind_ == MutexKind::recursive) return lock_again();
  if (owner_ != Tid()) return Errno::ebusy;
  owner_ = self;
  depth_ = 1;
  return 0;
}

Result<int> Mutex::lock_again() {
  if (depth_ == deepest) return Errno::eagain;
  ++depth_;
  return 0;
}

Result<int> Mutex::lock(Current& current, Tid self) {
  if (owner_ == self && kind_ == MutexKind::errorcheck) return Errno::edeadlk;
  while (true) {
    const Result<int> taken = try_lock(self);
    if (taken.has_value() || taken.error() != Errno::ebusy) return taken;
    current.sleep_on(sleepers_);  // no signal ends it: pthread_mutex_lock(3p) never returns EINTR
  }
}

Result<int> Mutex::unlock(Tid self) {
  if (owner_ != self) return Errno::eperm;
  if (--depth_ > 0) return 0;
  owner_ = Tid();
  sleepers_.wake(Waiters::one);
  return 0;
}

}  // namespace signalbox
