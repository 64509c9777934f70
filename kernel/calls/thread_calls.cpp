#include "kernel/calls/thread_calls.hpp"

#include <array>
#include <utility>

#include "kernel/calls/sched_permissions.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

// A thread of the caller's process, ended or not.
Result<Thread*> find_own(Caller& caller, Tid tid) {
  Thread* thread = caller.kernel().processes().find_thread(tid);
  if (thread == nullptr || &thread->process != &caller.process()) return Errno::esrch;
  return thread;
}

// pthread_create(3)
Result<Tid> sys_thread_create(Caller& caller, UserPointer<ThreadRequest> request) {
  ThreadRequest* wanted = TRY(request.get());
  Kernel& kernel = caller.kernel();
  caller.charge(kernel.costs().thread_create);
  TRY(may_create(caller, *wanted));
  const Thread* thread = TRY(kernel.create_thread(caller.process(), std::move(*wanted)));
  return thread->tid;
}

// pthread_join(3); the checks in the order of glibc's nptl/pthread_join_common.c.
Result<int> sys_thread_join(Caller& caller, Tid tid, UserPointer<std::int64_t> value) {
  Thread* target = TRY(find_own(caller, tid));
  Thread& self = caller.thread();
  if (target->is_detached) return Errno::einval;
  if (target == &self || self.joined_by == tid) return Errno::edeadlk;
  if (target->joined_by != Tid()) return Errno::einval;
  target->joined_by = self.tid;
  // A caller that unwinds gives up; its process ends, and the target with it. After a signal it begins again.
  while (target->state != ThreadState::exited) {
    const WakeReason why = caller.sleep_on(target->joiners);
    if (why == WakeReason::killed) return Errno::eintr;
    if (why == WakeReason::interrupted) {
      target->joined_by = Tid();
      return Errno::eintr;
    }
  }
  const std::int64_t answer = target->exit_value;
  caller.kernel().release(*target);
  if (!value.is_null()) TRY(value.write(answer));
  return 0;
}

// pthread_detach(3). One that is being joined stays joinable, as in glibc.
Result<int> sys_thread_detach(Caller& caller, Tid tid) {
  Thread* target = TRY(find_own(caller, tid));
  if (target->is_detached) return Errno::einval;
  if (target->joined_by != Tid()) return 0;
  if (target->state == ThreadState::exited) {
    caller.kernel().release(*target);
  } else {
    target->is_detached = true;
  }
  return 0;
}

}  // namespace

std::span<const SyscallRow> thread_calls() {
  static constexpr std::array rows{
      row<sys_thread_create>(call_number::thread_create, "thread_create"),
      row<sys_thread_join>(call_number::thread_join, "thread_join", Support::full(), Restart::always),
      row<sys_thread_detach>(call_number::thread_detach, "thread_detach"),
  };
  return rows;
}

}  // namespace signalbox
