#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernel/fs/file_system.hpp"
#include "kernel/machine/alarms.hpp"
#include "kernel/machine/dispatcher.hpp"
#include "kernel/machine/file_paging.hpp"
#include "kernel/machine/hotplug.hpp"
#include "kernel/machine/lifecycle.hpp"
#include "kernel/machine/machine_config.hpp"
#include "kernel/machine/machine_memory.hpp"
#include "kernel/machine/machine_objects.hpp"
#include "kernel/machine/paging.hpp"
#include "kernel/machine/stall_report.hpp"
#include "kernel/machine/timers.hpp"
#include "kernel/sched/cpu_sets.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/syscall/table.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/priority_inheritance.hpp"
#include "kernel/task/signalling.hpp"

namespace signalbox {

// A program that the C library ended for what it did to its heap.
struct ProgramAbort {
  Instant when;
  Pid pid;
  NameId name;
  std::string what;
};

// An emulated computer: CPUs, processes, and the calls they offer, in one simulation. Wiring only: each flow through it
// has a file of its own beside this one.
class Machine final : public Kernel,
                      public ThreadHost,
                      public InheritanceHost,
                      public SignalHost,
                      public EventHandler,
                      public BugContext {
 public:
  // `calls` must outlive the machine, and so must every object that its threads may sleep on.
  Machine(Simulation& simulation, const MachineConfig& config, const PolicyChoice& policy, const SyscallTable& calls,
          std::span<const TaskGroupSpec> groups = {});
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Runs `arrive` on the hub at an instant of the future; the run is not finished before.
  void at(Instant when, std::function<void()> arrive);
  // A process that init starts, now. Its first thread runs the request, which stays as it was if there is an error.
  Result<Process*> spawn(ThreadRequest&& request);
  // On the hub, after a spawn that lacked frames (lacks_frames()): a thread of the kernel, for init, gets some back and
  // makes `attempt` until it lacks none; `failed` hears any other error. The run is not finished before.
  void retry_with_frames(std::function<Result<int>()> attempt, const std::function<void(Errno)>& failed);
  // Whether this error of a spawn is for lack of frames, not of promises, given PhysicalMemory::refused() before it.
  bool lacks_frames(Errno error, std::uint64_t refused_before) const;
  std::uint64_t refused_frames() const { return memory_ == nullptr ? 0 : memory_->main().frames().refused(); }

  // Runs until everything has ended, nothing can run any more, or the clock passes `limit`. Can be called again with a
  // later limit after RunEnd::until.
  RunEnd run(Instant limit = Instant::max());
  // Says to the trace that nothing follows. Once, after the last run().
  void finish(RunEnd end);

  // Who waits for what since when, of the threads that sleep now.
  StallReport stall_report() const;

  // Used by the threads' own side of the machine (running_thread).
  Dispatcher& dispatcher() { return dispatcher_; }
  Lifecycle& lifecycle() { return lifecycle_; }
  Simulation& simulation() { return simulation_; }
  const SyscallTable& calls() const { return calls_; }
  // Null on a machine without memory.
  MachineMemory* memory() { return memory_.get(); }
  // Requires one with memory.
  Paging& paging() { return *paging_; }
  // What its kernel has made for itself.
  alloc::KernelHeap& kernel_heap() { return objects_.heap(); }
  // Counts work that takes no virtual time; a program that never lets time pass is stopped by it.
  bool is_stuck() {
    if (simulation_.now() != stuck_at_) {
      stuck_at_ = simulation_.now();
      stuck_count_ = 0;
    }
    return ++stuck_count_ > config_.watchdog_calls;
  }

  // Kernel.
  ProcessTable& processes() override { return table_; }
  const Topology& topology() const override { return config_.topology; }
  // In the order in which they were aborted.
  const std::vector<ProgramAbort>& aborts() const { return aborts_; }
  AffinityTable& affinities() override { return affinities_; }
  const TaskGroups& groups() const { return groups_; }
  std::span<const Hotplug::Refused> refused_outages() const { return hotplug_.refused(); }
  const CostModel& costs() const override { return config_.costs; }
  TraceLog& trace() override { return simulation_.trace(); }
  Pager* pager() override { return paging_.get(); }
  FileSystem& files() override { return files_; }
  std::unique_ptr<IpcNamespace>& ipc_namespace() override { return lifecycle_.ipc_namespace(); }
  const alloc::ProcessHeapOptions& heap_options() const override { return config_.heap; }
  void note_abort(const Process& process, std::string_view what) override {
    aborts_.push_back({simulation_.now(), process.pid, process.name, std::string(what)});
  }
  PageCache* page_cache() override { return file_paging_.get(); }
  Result<Process*> fork(Process& parent, ThreadRequest&& request) override;
  Result<Thread*> create_thread(Process& process, ThreadRequest&& request) override;
  void end_process(Process& process, WaitStatus status) override {
    dispatcher_.with_room([&] { lifecycle_.end_process(process, status); });
  }
  Signalling& signals() override { return signals_; }
  void set_alarm(Process& process, Instant due, Duration interval) override { alarms_.set(process, due, interval); }
  void reap(Process& zombie) override { lifecycle_.reap(zombie); }
  void release(Thread& exited) override { lifecycle_.release(exited); }
  CpuTimes cpu_times(const Thread& thread) const override { return dispatcher_.times(thread); }
  void set_credentials(Process& process, const Credentials& credentials) override {
    lifecycle_.set_credentials(process, credentials);
  }
  void set_attributes(Thread& thread, const SchedAttributes& attributes) override;
  void set_affinity(Thread& thread, AffinityId asked) override;
  AffinityId cpuset(const Thread& thread) const override { return cpu_sets_.of(thread.entity.group); }
  void set_group(Thread& thread, TaskGroupId group) override;
  Duration slice_of(const Thread& thread) const override { return dispatcher_.slice_of(thread); }
  void yield(Thread& running) override { running.yields = true; }
  Result<int> await_owner(InheritingLock& lock, Thread& waiter) override;
  void hand_over(InheritingLock& lock) override {
    dispatcher_.with_room([&] { inheritance_.hand_over(lock); });
  }

  // ThreadHost.
  void run(Thread& thread) override;
  void wake(Thread& thread, WakeReason why) override;

  // InheritanceHost.
  void set_effective(Thread& thread, const SchedAttributes& effective) override;
  Instant deadline_of(const Thread& thread) const override { return dispatcher_.deadline_of(thread); }

  // SignalHost.
  void interrupt(Thread& thread) override;
  void note(TraceKind kind, Tid thread, Signal signal, std::uint64_t a, std::uint64_t b) override;
  Tid running() const override;

  // EventHandler: something asked for by at() is due.
  void on_event(std::uint64_t payload) override;

  // BugContext.
  std::string describe() const override;

 private:
  void open_standard_files();
  void run_with_room(void (*body)(void*), void* argument) override {
    dispatcher_.with_room([=] { body(argument); });
  }
  bool is_finished() const { return lifecycle_.live_threads() == 0 && pending_arrivals_ == 0; }

  MachineObjects objects_;
  Simulation& simulation_;
  const MachineConfig config_;
  const SyscallTable& calls_;
  AffinityTable affinities_;
  TaskGroups groups_;
  CpuSets cpu_sets_;
  std::unique_ptr<MachineMemory> memory_;  // outlives the processes
  std::unique_ptr<Paging> paging_;
  std::unique_ptr<FilePaging> file_paging_;
  FileSystem files_;          // outlives the processes, whose open files are on its disk
  SignalQuota signal_quota_;  // outlives what is queued
  ProcessTable table_;
  Timers timers_;
  PriorityInheritance inheritance_;
  Signalling signals_;
  Alarms alarms_;
  Dispatcher dispatcher_;
  Lifecycle lifecycle_;
  Hotplug hotplug_;
  std::vector<ProgramAbort> aborts_;
  std::vector<std::function<void()>> arrivals_;
  std::size_t pending_arrivals_ = 0;
  Instant stuck_at_;
  std::uint64_t stuck_count_ = 0;
};

}  // namespace signalbox
