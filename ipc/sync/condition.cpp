#include "ipc/sync/condition.hpp"

namespace signalbox {

Result<int> Condition::wait(Current& current, Mutex& mutex, Tid self) {
  TRY(mutex.unlock(self));
  current.sleep_on(sleepers_);
  return mutex.lock(current, self);
}

}  // namespace signalbox
