#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>

#include "kernel/exec/stack_pool.hpp"
#include "kernel/machine/dispatcher.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/priority_inheritance.hpp"
#include "kernel/task/process_table.hpp"
#include "kernel/task/signalling.hpp"

namespace signalbox {

// How processes and threads come to be and end: fork, thread creation, exit, orphans, zombies, reaping.
// Init (process 1) has no thread: the kernel reaps its children at once, as if it ignored SIGCHLD.
class Lifecycle final : public ThreadEndHandler {
 public:
  // `memory` is null on a machine without.
  Lifecycle(Simulation& simulation, Dispatcher& dispatcher, PriorityInheritance& inheritance, Signalling& signals,
            CpuSets& cpu_sets, ProcessTable& table, ThreadHost& host, MachineMemory* memory = nullptr);

  Process& init() { return *init_; }
  // See Kernel::ipc_namespace.
  std::unique_ptr<IpcNamespace>& ipc_namespace() { return ipc_namespace_; }

  // See Kernel.
  Result<Process*> fork(Process& parent, ThreadRequest&& request);
  Result<Thread*> create_thread(Process& process, ThreadRequest&& request);
  void end_process(Process& process, WaitStatus status);
  void reap(Process& zombie);
  void release(Thread& exited);
  void set_credentials(Process& process, const Credentials& credentials);

  // Tells the trace how a thread is scheduled.
  void announce_attributes(const Thread& thread);

  // Marks the thread to end when it next would return to its program, and ends its sleep.
  void kill(Thread& thread);

  // The number of an address space; none is used again.
  AddressSpaceId take_space_id() { return AddressSpaceId(next_address_space_++); }

  // But for those of the kernel, which do not end.
  std::uint32_t live_threads() const { return live_threads_; }
  // Gives back the stacks of threads whose run is over. On the hub, at the end of a run.
  void discard(Thread& thread);

  void thread_ended(Thread& thread) override;
  void thread_faulted(Thread& thread, const HostFault& fault) override;

 private:
  Result<Process*> create_process(Process* parent);
  Result<Process*> create_child(Process& parent, const ThreadRequest& request);
  Result<void> give_memory(Process& child, Process& parent);
  alloc::CacheHandle heap_cache_of_maker(const Process& parent) const;
  void set_up(Thread& thread, ThreadRequest& request, const Stack& stack);
  bool is_ending(const Process& maker) const;
  bool is_over_limit(const Process& process) const;
  void process_ended(Process& process);
  void tell_parent_of_end(Process& zombie);
  void hand_over_children(Process& process);
  void emit(TraceKind kind, Tid thread, std::uint64_t a, std::uint64_t b = 0, std::uint8_t detail = 0);

  Simulation& simulation_;
  Dispatcher& dispatcher_;
  PriorityInheritance& inheritance_;
  Signalling& signals_;
  CpuSets& cpu_sets_;
  ProcessTable& table_;
  ThreadHost& host_;
  MachineMemory* memory_;
  std::unique_ptr<IpcNamespace> ipc_namespace_;
  StackPool stacks_;
  Process* init_;
  boost::container::flat_map<UserId, std::uint64_t> threads_of_user_;  // for RLIMIT_NPROC
  std::uint32_t live_threads_ = 0;
  std::uint32_t next_address_space_ = 0;
};

// The weight that a thread's class and nice value give it.
std::uint32_t weight_of(const SchedAttributes& attributes);

}  // namespace signalbox
