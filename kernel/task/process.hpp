#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>

#include "kernel/alloc/process/process_heap.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/fs/descriptor_table.hpp"
#include "kernel/fs/directory.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/task/compiled.hpp"
#include "kernel/task/cpu_times.hpp"
#include "kernel/task/credentials.hpp"
#include "kernel/task/memory_usage.hpp"
#include "kernel/task/process_signals.hpp"
#include "kernel/task/resource_limits.hpp"
#include "kernel/task/thread.hpp"
#include "kernel/task/wait_status.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

enum class ProcessState : std::uint8_t {
  alive,
  exiting,  // some thread ended the whole; the others are on their way out
  zombie,   // all threads have ended; the status waits for the parent
};

// The process control block: what its threads share. Grouped by who may touch what.
struct Process {
  Process(Pid pid_, Process* parent_);

  using ThreadList = boost::intrusive::list<
      Thread, boost::intrusive::member_hook<Thread, boost::intrusive::list_member_hook<>, &Thread::siblings>>;
  using SiblingHook = boost::intrusive::list_member_hook<>;

  // Identity: never changes.
  const Pid pid;

  // Family: lifecycle's.
  Process* parent;       // null for init alone
  SiblingHook siblings;  // in the parent's children
  ProcessGroupId group;
  SessionId session;
  bool is_subreaper = false;         // adopts its descendants' orphans (prctl(2), PR_SET_CHILD_SUBREAPER)
  bool reaps_automatically = false;  // its children leave no zombies: of init, and of parents that scripts drive

  // Shared by the threads.
  AddressSpaceId space_id;           // tells a switch between two processes from one within
  std::unique_ptr<UserSpace> space;  // none on a machine without memory, in init, and once all threads have ended
  std::unique_ptr<alloc::ProcessHeap> heap;  // its program's malloc; none before the first, nor without a space
  std::unique_ptr<CompiledMemory> compiled;  // of a process that runs a compiled program, whose memory this is
  bool has_executed = false;                 // another program than its parent's (without PF_FORKNOEXEC)
  bool is_of_kernel = false;                 // it has no memory of its own, and nothing ends it
  bool is_oom_victim = false;                // killed for lack of memory
  std::int16_t oom_score_adj = 0;            // /proc/PID/oom_score_adj, -1000 to 1000; a child has its parent's
  std::int16_t least_oom_score_adj = 0;      // without privilege it goes no lower: what a privileged writer set last
  Credentials credentials;
  ResourceLimits limits;
  DescriptorTable descriptors;
  DirectoryRef folder;        // the current directory; none once the process has ended
  std::uint32_t umask = 022;  // permissions that its new files do not get
  ThreadList threads;         // in order of creation, the first thread first; those that ended and may
                              // still be joined are here too
  std::uint32_t live_threads = 0;

  ProcessSignals signals;

  // The end.
  ProcessState state = ProcessState::alive;
  WaitStatus status;  // until it exits: what its first thread said by leaving alone
  WaitQueue child_changed{WaitLabel{WaitKind::child, NameId()}};  // its own threads wait here for children

  // Accounting.
  CpuTimes ended_threads;
  CpuTimes reaped_children;
  MemoryUsage ended_memory;     // of threads that have ended; the peak is of the space, when it is gone
  MemoryUsage children_memory;  // of children that were reaped
  NameId name;

  // The first thread, which has the process's number; null once it has been joined.
  Thread* leader() {
    return threads.empty() || threads.front().tid.value() != pid.value() ? nullptr : &threads.front();
  }
  CpuTimes times() const;
  MemoryUsage memory_usage() const;
  // Its limits and credentials, as its space heeds them; and tells it.
  MemoryLimits memory_limits() const;
  void limits_changed();
  // The number after the highest that a descriptor may get (RLIMIT_NOFILE).
  std::uint64_t descriptor_limit() const { return limits.get(Resource::open_files).soft; }

  using ChildList =
      boost::intrusive::list<Process, boost::intrusive::member_hook<Process, SiblingHook, &Process::siblings>>;
  ChildList children;  // in order of creation or adoption
};

}  // namespace signalbox
