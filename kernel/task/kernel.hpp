#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "kernel/base/result.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/sched/topology.hpp"
#include "kernel/sim/cost_model.hpp"
#include "kernel/sim/trace_log.hpp"
#include "kernel/task/inheriting_lock.hpp"
#include "kernel/task/ipc_namespace.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

namespace alloc {
struct ProcessHeapOptions;
}
class FileSystem;
class PageCache;
class Pager;
class Signalling;

// What a thread to be made starts with.
struct ThreadRequest {
  Program program;
  NameId name;                                // 0: its maker's
  std::optional<SchedAttributes> attributes;  // none: its maker's
  std::optional<AffinityId> affinity;         // none: its maker's
  std::optional<TaskGroupId> group = {};      // none: its maker's
  StackKind stack = StackKind::guarded;
  Duration expected_burst;  // see Entity
  bool is_detached = false;
  bool is_of_kernel = false;  // a process for it has no memory of its own; only what the machine makes itself is
};

// What system call handlers do to others than the thread that calls. The machine is it; handlers know only this, so
// that no arrow points from them up to the machine.
class Kernel {
 public:
  virtual ProcessTable& processes() = 0;
  virtual const Topology& topology() const = 0;
  virtual AffinityTable& affinities() = 0;
  virtual const CostModel& costs() const = 0;
  virtual TraceLog& trace() = 0;
  // Null on a machine without memory.
  virtual Pager* pager() { return nullptr; }
  virtual FileSystem& files() = 0;
  // Null until the first call that needs it, which makes it.
  virtual std::unique_ptr<IpcNamespace>& ipc_namespace() = 0;
  // With which the heaps of processes are made.
  virtual const alloc::ProcessHeapOptions& heap_options() const = 0;
  // The C library has found the caller's program wrong, and is about to abort it: `what` goes to the machine's log.
  virtual void note_abort(const Process& process, std::string_view what) = 0;
  // Null on a machine without memory.
  virtual PageCache* page_cache() = 0;
  // Runs `body`, which may not suspend, where there is room for it: the caller's stack may be a few KiB.
  template <class Body>
  void with_room(Body body) {
    run_with_room([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
  }

  // A child process of `parent` whose first thread runs the request's program: fork(2) with an entry.
  // Errno::eagain beyond RLIMIT_NPROC or without numbers, Errno::enomem without host memory for a stack.
  // Errno::eintr in a process that is ending. Of the deadline class, what may_be_deadline refuses. The request is moved
  // from only by a success.
  virtual Result<Process*> fork(Process& parent, ThreadRequest&& request) = 0;
  // One more thread of `process`. Errors as fork.
  virtual Result<Thread*> create_thread(Process& process, ThreadRequest&& request) = 0;

  // Ends all threads of a process, at their next return to their program; the first status given counts.
  virtual void end_process(Process& process, WaitStatus status) = 0;
  virtual Signalling& signals() = 0;
  // SIGALRM at `due`, and from then on again after each interval if that is not 0; Instant::max(): never.
  virtual void set_alarm(Process& process, Instant due, Duration interval) = 0;
  // Frees a zombie whose status has been taken.
  virtual void reap(Process& zombie) = 0;
  // Frees a thread that has exited and has been joined.
  virtual void release(Thread& exited) = 0;

  // The CPU time a thread has used until now, its current stretch on a CPU included.
  virtual CpuTimes cpu_times(const Thread& thread) const = 0;
  // Also moves the process's threads to the account of its new real user.
  virtual void set_credentials(Process& process, const Credentials& credentials) = 0;
  virtual void set_attributes(Thread& thread, const SchedAttributes& attributes) = 0;
  // The thread is about to sleep until the lock's owner, who inherits from it, hands the lock over. Errno::edeadlk if
  // that would be for ever (priority_inheritance.hpp), Errno::eintr in a thread that has to end.
  virtual Result<int> await_owner(InheritingLock& lock, Thread& waiter) = 0;
  // To the most urgent waiter, who wakes up. Requires one.
  virtual void hand_over(InheritingLock& lock) = 0;
  // The thread asks for these CPUs, and gets those of them that its group's cpuset has.
  virtual void set_affinity(Thread& thread, AffinityId asked) = 0;
  // The CPUs of the thread's cpuset.
  virtual AffinityId cpuset(const Thread& thread) const = 0;
  // See Policy::slice_of.
  virtual Duration slice_of(const Thread& thread) const = 0;
  // One that runs is in its new group as soon as it is put back.
  virtual void set_group(Thread& thread, TaskGroupId group) = 0;
  // Puts the running thread behind others when its call returns (sched_yield(2)).
  virtual void yield(Thread& running) = 0;

 protected:
  ~Kernel() = default;

 private:
  virtual void run_with_room(void (*body)(void*), void* argument) = 0;
};

}  // namespace signalbox
