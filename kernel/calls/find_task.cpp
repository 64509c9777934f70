#include "kernel/calls/find_task.hpp"

namespace signalbox {

Result<Process*> find_process(Caller& caller, Pid pid) {
  if (pid == Pid(0)) return &caller.process();
  const ProcessTable& table = caller.kernel().processes();
  if (Process* process = table.find_process(pid)) return process;
  const Thread* thread = table.find_thread(Tid(pid.value()));
  if (thread == nullptr || thread->state == ThreadState::exited) return Errno::esrch;
  return &thread->process;
}

Result<Thread*> find_thread(Caller& caller, Tid tid) {
  if (tid == Tid(0)) return &caller.thread();
  Thread* thread = caller.kernel().processes().find_thread(tid);
  if (thread == nullptr || thread->state == ThreadState::exited) return Errno::esrch;
  return thread;
}

}  // namespace signalbox
