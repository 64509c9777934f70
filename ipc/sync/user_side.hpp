#pragma once

#include "ipc/sync/barrier.hpp"
#include "ipc/sync/condition.hpp"
#include "ipc/sync/mutex.hpp"
#include "ipc/sync/semaphore.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// What the C library does of pthread_*(3p) and sem_*(3p): an operation that need not sleep, wake or fail costs
// CostModel::lock and no system call.
Result<int> lock(Caller& caller, Mutex& mutex);
Result<int> try_lock(Caller& caller, Mutex& mutex);
Result<int> unlock(Caller& caller, Mutex& mutex);
Result<int> wait(Caller& caller, Condition& condition, Mutex& mutex);
Result<int> signal(Caller& caller, Condition& condition);
Result<int> broadcast(Caller& caller, Condition& condition);
Result<BarrierRole> wait(Caller& caller, Barrier& barrier);
Result<int> post(Caller& caller, Semaphore& semaphore);
Result<int> wait(Caller& caller, Semaphore& semaphore);
Result<int> try_wait(Caller& caller, Semaphore& semaphore);

}  // namespace signalbox
