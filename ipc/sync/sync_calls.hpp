#pragma once

#include <span>

#include "ipc/sync/barrier.hpp"
#include "ipc/sync/condition.hpp"
#include "ipc/sync/mutex.hpp"
#include "ipc/sync/semaphore.hpp"
#include "kernel/syscall/row.hpp"

namespace signalbox {

// The kernel's side of the objects in this folder: what cannot be done without sleeping or waking, and every failure,
// so that traces show it.
Result<int> sys_mutex_lock(Caller& caller, UserPointer<Mutex> mutex);
Result<int> sys_mutex_unlock(Caller& caller, UserPointer<Mutex> mutex);
Result<int> sys_condition_wait(Caller& caller, UserPointer<Condition> condition, UserPointer<Mutex> mutex);
Result<int> sys_condition_signal(Caller& caller, UserPointer<Condition> condition);
Result<int> sys_condition_broadcast(Caller& caller, UserPointer<Condition> condition);
Result<BarrierRole> sys_barrier_wait(Caller& caller, UserPointer<Barrier> barrier);
Result<int> sys_semaphore_post(Caller& caller, UserPointer<Semaphore> semaphore);
Result<int> sys_semaphore_wait(Caller& caller, UserPointer<Semaphore> semaphore);

std::span<const SyscallRow> sync_calls();

}  // namespace signalbox
