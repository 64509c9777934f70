#include "ipc/sync/user_side.hpp"

#include "ipc/sync/invoke.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

template <class... Objects>
Result<int> call(Caller& caller, std::uint32_t number, Objects&... objects) {
  return static_cast<int>(TRY(invoke(caller, number, UserPointer<Objects>::to(&objects)...)));
}

void pay(Caller& caller) { caller.charge(caller.kernel().costs().lock, Mode::user); }

}  // namespace

Result<int> lock(Caller& caller, Mutex& mutex) {
  pay(caller);
  if (mutex.try_lock(caller.thread().tid).has_value()) return 0;
  return call(caller, call_number::mutex_lock, mutex);
}

Result<int> try_lock(Caller& caller, Mutex& mutex) {
  pay(caller);
  return mutex.try_lock(caller.thread().tid);
}

Result<int> unlock(Caller& caller, Mutex& mutex) {
  pay(caller);
  const bool needs_kernel = mutex.has_sleepers() || mutex.owner() != caller.thread().tid;
  if (needs_kernel) return call(caller, call_number::mutex_unlock, mutex);
  return mutex.unlock(caller.thread().tid);
}

Result<int> wait(Caller& caller, Condition& condition, Mutex& mutex) {
  pay(caller);
  return call(caller, call_number::condition_wait, condition, mutex);
}

Result<int> signal(Caller& caller, Condition& condition) {
  pay(caller);
  if (!condition.has_sleepers()) return 0;
  return call(caller, call_number::condition_signal, condition);
}

Result<int> broadcast(Caller& caller, Condition& condition) {
  pay(caller);
  if (!condition.has_sleepers()) return 0;
  return call(caller, call_number::condition_broadcast, condition);
}

Result<BarrierRole> wait(Caller& caller, Barrier& barrier) {
  pay(caller);
  return static_cast<BarrierRole>(TRY(invoke(caller, call_number::barrier_wait, UserPointer<Barrier>::to(&barrier))));
}

Result<int> post(Caller& caller, Semaphore& semaphore) {
  pay(caller);
  const bool needs_kernel = semaphore.has_sleepers() || semaphore.value() == Semaphore::most;
  if (needs_kernel) return call(caller, call_number::semaphore_post, semaphore);
  return semaphore.post();
}

Result<int> wait(Caller& caller, Semaphore& semaphore) {
  pay(caller);
  if (semaphore.try_wait().has_value()) return 0;
  return call(caller, call_number::semaphore_wait, semaphore);
}

Result<int> try_wait(Caller& caller, Semaphore& semaphore) {
  pay(caller);
  return semaphore.try_wait();
}

}  // namespace signalbox
