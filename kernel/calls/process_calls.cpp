#include "kernel/calls/process_calls.hpp"

#include <array>
#include <string>
#include <utility>

#include "kernel/calls/heap_calls.hpp"
#include "kernel/calls/sched_permissions.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"

namespace signalbox {
namespace {

// getpid(2)
Result<Pid> sys_getpid(Caller& caller) { return caller.process().pid; }

// getppid(2): 0 for init, whose parent is outside.
Result<Pid> sys_getppid(Caller& caller) {
  const Process* parent = caller.process().parent;
  return parent == nullptr ? Pid(0) : parent->pid;
}

// gettid(2)
Result<Tid> sys_gettid(Caller& caller) { return caller.thread().tid; }

// fork(2), but that the child starts with the request's program. A deadline thread may not fork (sched(7)).
Result<Pid> sys_fork(Caller& caller, UserPointer<ThreadRequest> request) {
  ThreadRequest* wanted = TRY(request.get());
  Kernel& kernel = caller.kernel();
  caller.charge(kernel.costs().fork);
  TRY(may_create(caller, *wanted));
  const auto fork = [&] {
    const HeapHold hold(caller);  // for each try: another thread may make the heap while this one waits for frames
    return kernel.fork(caller.process(), std::move(*wanted));
  };
  Pager* const pager = kernel.pager();
  const Process* const child = TRY(pager == nullptr ? fork() : pager->with_frames(caller, fork));
  return child->pid;
}

// _exit(2), the raw call: ends the calling thread only. What the first thread says is what the parent is told, unless
// somebody ends the whole process.
Result<int> sys_exit(Caller& caller, int status) {
  Thread& thread = caller.thread();
  if (thread.is_unwinding) return 0;  // called by a destructor: it is ending already
  Process& process = thread.process;
  if (process.state == ProcessState::alive && process.leader() == &thread) process.status = WaitStatus::exited(status);
  caller.exit_thread(status);
  std::unreachable();  // g++ 12 does not believe a virtual function that it does not return
}

// exit_group(2)
Result<int> sys_exit_group(Caller& caller, int status) {
  caller.kernel().end_process(caller.process(), WaitStatus::exited(status));
  if (caller.thread().is_unwinding) return 0;
  caller.exit_thread(status);
  std::unreachable();  // g++ 12 does not believe a virtual function that it does not return
}

enum class ProcessControl : int {
  set_name = 15,
  get_name = 16,
  set_child_subreaper = 36,
  get_child_subreaper = 37,
};

using TaskName = std::array<char, 16>;  // TASK_COMM_LEN, the terminating null included

// PR_SET_NAME: cuts what is too long, and says so to the trace.
Result<int> set_name(Caller& caller, UserPointer<const char> from) {
  const std::string_view text = TRY(from.text(TaskName().size() - 1));
  Thread& thread = caller.thread();
  TraceLog& trace = caller.kernel().trace();
  thread.name = trace.intern(text);
  if (thread.process.leader() == &thread) thread.process.name = thread.name;
  trace.emit({.when = caller.now(), .thread = thread.tid, .kind = TraceKind::thread_renamed, .b = thread.name.value()});
  return 0;
}

// PR_GET_NAME
Result<int> get_name(Caller& caller, UserPointer<TaskName> out) {
  TaskName name{};
  caller.kernel().trace().name(caller.thread().name).copy(name.data(), name.size() - 1);
  TRY(out.write(name));
  return 0;
}

// prctl(2)
Result<int> sys_prctl(Caller& caller, ProcessControl option, std::uint64_t argument) {
  CompiledMemory* const memory = caller.process().compiled.get();
  switch (option) {
    case ProcessControl::set_name:
      return set_name(caller, UserPointer<const char>(argument, memory));
    case ProcessControl::get_name:
      return get_name(caller, UserPointer<TaskName>(argument, memory));
    case ProcessControl::set_child_subreaper:
      caller.process().is_subreaper = argument != 0;
      return 0;
    case ProcessControl::get_child_subreaper:
      TRY(UserPointer<int>(argument, memory).write(caller.process().is_subreaper ? 1 : 0));
      return 0;
  }
  return Errno::einval;
}

}  // namespace

std::span<const SyscallRow> process_calls() {
  static constexpr std::array rows{
      row<sys_getpid>(call_number::getpid, "getpid"),
      row<sys_fork>(call_number::fork, "fork",
                    Support::partial("the child starts with a program of its own instead of returning twice")),
      row<sys_exit>(call_number::exit, "exit"),
      row<sys_prctl>(call_number::prctl, "prctl",
                     Support::partial("options other than names and the child sub-reaper")),
      row<sys_getppid>(call_number::getppid, "getppid"),
      row<sys_gettid>(call_number::gettid, "gettid"),
      row<sys_exit_group>(call_number::exit_group, "exit_group"),
  };
  return rows;
}

}  // namespace signalbox
