#include "ipc/sync/semaphore.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

Semaphore::Semaphore(std::uint32_t value, NameId name)
    : sleepers_(WaitLabel{WaitKind::semaphore, name}), value_(value) {
  CHECK(value <= most, "a semaphore starts within its range");
}

Result<int> Semaphore::post() {
  if (value_ == most) return Errno::eoverflow;
  ++value_;
  sleepers_.wake(Waiters::one);
  return 0;
}

Result<int> Semaphore::try_wait() {
  if (value_ == 0) return Errno::eagain;
  --value_;
  return 0;
}

Result<int> Semaphore::wait(Current& current) {
  while (value_ == 0) {
    if (current.sleep_on(sleepers_) == WakeReason::interrupted) return Errno::eintr;
  }
  --value_;
  return 0;
}

}  // namespace signalbox
