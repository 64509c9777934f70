#include "ipc/sync/sync_calls.hpp"

#include <array>

#include "kernel/syscall/numbers.hpp"

namespace signalbox {

Result<int> sys_mutex_lock(Caller& caller, UserPointer<Mutex> mutex) {
  Mutex* const object = TRY(mutex.get());
  return object->lock(caller, caller.thread().tid);
}

Result<int> sys_mutex_unlock(Caller& caller, UserPointer<Mutex> mutex) {
  Mutex* const object = TRY(mutex.get());
  return object->unlock(caller.thread().tid);
}

Result<int> sys_condition_wait(Caller& caller, UserPointer<Condition> condition, UserPointer<Mutex> mutex) {
  Condition* const object = TRY(condition.get());
  Mutex* const held = TRY(mutex.get());
  return object->wait(caller, *held, caller.thread().tid);
}

Result<int> sys_condition_signal(Caller&, UserPointer<Condition> condition) {
  Condition* const object = TRY(condition.get());
  object->signal();
  return 0;
}

Result<int> sys_condition_broadcast(Caller&, UserPointer<Condition> condition) {
  Condition* const object = TRY(condition.get());
  object->broadcast();
  return 0;
}

Result<BarrierRole> sys_barrier_wait(Caller& caller, UserPointer<Barrier> barrier) {
  Barrier* const object = TRY(barrier.get());
  return object->wait(caller);
}

Result<int> sys_semaphore_post(Caller&, UserPointer<Semaphore> semaphore) {
  Semaphore* const object = TRY(semaphore.get());
  return object->post();
}

Result<int> sys_semaphore_wait(Caller& caller, UserPointer<Semaphore> semaphore) {
  Semaphore* const object = TRY(semaphore.get());
  return object->wait(caller);
}

std::span<const SyscallRow> sync_calls() {
  static constexpr std::array rows{
      row<&sys_mutex_lock>(call_number::mutex_lock, "mutex_lock"),
      row<&sys_mutex_unlock>(call_number::mutex_unlock, "mutex_unlock"),
      row<&sys_condition_wait>(call_number::condition_wait, "condition_wait"),
      row<&sys_condition_signal>(call_number::condition_signal, "condition_signal"),
      row<&sys_condition_broadcast>(call_number::condition_broadcast, "condition_broadcast"),
      row<&sys_barrier_wait>(call_number::barrier_wait, "barrier_wait"),
      row<&sys_semaphore_post>(call_number::semaphore_post, "semaphore_post"),
      row<&sys_semaphore_wait>(call_number::semaphore_wait, "semaphore_wait"),
  };
  return rows;
}

}  // namespace signalbox
