#include "kernel/machine/machine.hpp"

#include <cstdio>
#include <utility>

#include "kernel/exec/fault_guard.hpp"
#include "kernel/machine/dispatcher_hub.hpp"
#include "kernel/machine/running_thread.hpp"

namespace signalbox {

Machine::Machine(Simulation& simulation, const MachineConfig& config, const PolicyChoice& policy,
                 const SyscallTable& calls, std::span<const TaskGroupSpec> groups)
    : simulation_(simulation),
      config_(config),
      calls_(calls),
      affinities_(config.topology.cpu_count()),
      groups_(groups),
      cpu_sets_(groups_, affinities_),
      memory_(config.memory ? std::make_unique<MachineMemory>(simulation, *config.memory, config.topology.cpu_count(),
                                                              config.tick, dispatcher_)
                            : nullptr),
      paging_(memory_ ? std::make_unique<Paging>(*this, *memory_) : nullptr),
      file_paging_(memory_ ? std::make_unique<FilePaging>(*this, *memory_, *paging_) : nullptr),
      files_(file_paging_.get()),
      timers_(simulation, table_, *this),
      inheritance_(table_, *this),
      signals_(table_, signal_quota_, *this),
      alarms_(simulation, table_, signals_),
      dispatcher_(simulation, config_, affinities_, groups_, cpu_sets_, timers_),
      lifecycle_(simulation, dispatcher_, inheritance_, signals_, cpu_sets_, table_, *this, memory_.get()),
      hotplug_(simulation, dispatcher_, affinities_, table_) {
  open_standard_files();
  dispatcher_.start(policy.make(dispatcher_, simulation.random().split("policy")), lifecycle_, memory_.get());
  simulation.trace().emit({.kind = TraceKind::machine_started, .a = config.topology.cpu_count()});
  for (const CpuOutage& outage : config_.outages) hotplug_.schedule(outage);
  objects_.built();
}

// Programs that have not ended are unwound, so that what their frames own is given back.
Machine::~Machine() {
  objects_.ending(describe());
  if (!dispatcher_.is_stopped()) dispatcher_.stop();
  // What one gives back wakes nobody any more.
  table_.for_each_thread([](Thread& thread) {
    thread.is_kill_pending = true;
    thread.waiter.leave();
  });
  table_.for_each_thread([this](Thread& thread) {
    if (thread.stack.kind == StackKind::guarded) dispatcher_.unwind(thread);
    lifecycle_.discard(thread);
  });
  if (memory_ != nullptr) {
    table_.for_each_process([this](Process& process) { memory_->release(process); });
  }
}

// Processes begin with the standard descriptors on /dev/null, as those of init do that have no terminal (daemon(3)).
void Machine::open_standard_files() {
  Process& init = lifecycle_.init();
  init.folder = &files_.root();
  const auto file = files_.find({.folder = init.folder, .is_privileged = true}, "/dev/null");
  const OpenFileRef null = new OpenFile(*file, o_rdwr, "/dev/null");
  for (unsigned descriptor = 0; descriptor < 3; ++descriptor)
    static_cast<void>(init.descriptors.add(null, DescriptorTable::OnExec::keep, 3));
}

void Machine::at(Instant when, std::function<void()> arrive) {
  ++pending_arrivals_;
  simulation_.schedule(when, *this, arrivals_.size());
  arrivals_.push_back(std::move(arrive));
}

void Machine::on_event(std::uint64_t payload) {
  --pending_arrivals_;
  std::exchange(arrivals_[payload], nullptr)();
}

bool Machine::lacks_frames(Errno error, std::uint64_t refused_before) const {
  return error == Errno::enomem && refused_frames() != refused_before;
}

// As a shell that forks: it waits for memory in its own context, and somebody may be killed for it.
void Machine::retry_with_frames(std::function<Result<int>()> attempt, const std::function<void(Errno)>& failed) {
  ThreadRequest request;
  request.program = [this, attempt = std::move(attempt), failed](Caller& caller) {
    const Result<int> begun = pager()->with_frames(caller, attempt);
    if (!begun.has_value()) failed(begun.error());
    --pending_arrivals_;
    return 0;
  };
  request.name = simulation_.trace().intern("init");
  request.attributes = SchedAttributes();
  request.affinity = AffinityId();
  request.group = TaskGroupId();
  request.is_of_kernel = true;
  const Result<Process*> helper = spawn(std::move(request));
  if (!helper.has_value()) return failed(helper.error());
  ++pending_arrivals_;
}

Result<Process*> Machine::spawn(ThreadRequest&& request) { return fork(lifecycle_.init(), std::move(request)); }

Result<Process*> Machine::fork(Process& parent, ThreadRequest&& request) {
  const ObjectMemoryScope objects(objects_.heap());  // a shell outside of any run forks, too
  Result<Process*> child = nullptr;
  dispatcher_.with_room([&] { child = lifecycle_.fork(parent, std::move(request)); });
  return child;
}

Result<Thread*> Machine::create_thread(Process& process, ThreadRequest&& request) {
  Result<Thread*> thread = nullptr;
  dispatcher_.with_room([&] { thread = lifecycle_.create_thread(process, std::move(request)); });
  return thread;
}

RunEnd Machine::run(Instant limit) {
  const BugContextScope scope(*this);
  const ObjectMemoryScope objects(objects_.heap());
  const FaultGuard guard;
  const auto has_ended = [this] { return is_finished() || stuck_count_ > config_.watchdog_calls; };
  dispatcher_.set_looped(true);
  simulation_.run_until(limit, has_ended, [this] { dispatcher_.run_due(); });
  dispatcher_.set_looped(false);
  simulation_.trace().flush();
  if (is_finished()) return RunEnd::finished;
  if (stuck_count_ > config_.watchdog_calls) return RunEnd::watchdog;
  if (simulation_.has_events()) {
    simulation_.advance_to(limit);
    return RunEnd::until;
  }
  return RunEnd::deadlock;
}

void Machine::finish(RunEnd end) {
  dispatcher_.stop();
  const Instant now = simulation_.now();
  simulation_.trace().emit({.when = now, .kind = TraceKind::machine_stopped, .detail = static_cast<std::uint8_t>(end)});
  simulation_.trace().finish(now);
}

void Machine::run(Thread& thread) { RunningThread(*this, thread).run(); }

void Machine::wake(Thread& thread, WakeReason why) {
  if (thread.state != ThreadState::blocked || dispatcher_.is_stopped()) return;
  thread.waiter.leave();
  if (thread.inherits && (why == WakeReason::timed_out || why == WakeReason::killed)) [[unlikely]]
    inheritance_.stop_waiting(thread);
  thread.wake_reason = why;
  thread.sleep_turn = 0;  // the timeout of this sleep, if one is queued, is stale for the next one
  dispatcher_.owe(config_.costs.wakeup);
  const ReadyReason reason = why == WakeReason::timed_out ? ReadyReason::timed_out
                             : why == WakeReason::killed  ? ReadyReason::killed
                                                          : ReadyReason::woken;
  dispatcher_.make_ready(thread, EnqueueReason::woken, reason);
}

void Machine::interrupt(Thread& thread) {
  if (dispatcher_.is_stopped()) return;
  if (thread.state == ThreadState::blocked) {
    if (thread.sleep_label.on_signal == OnSignal::sleeps_on) return;
    thread.signal_work |= signal_work::interrupted;
    wake(thread, WakeReason::interrupted);
  } else if (!thread.context.has_user_mode()) {
    // A compiled program has done its work before the time for it passes.
    thread.own_signals().cut_off += dispatcher_.cut_short(thread);
  }
}

void Machine::note(TraceKind kind, Tid thread, Signal signal, std::uint64_t a, std::uint64_t b) {
  simulation_.trace().emit({.when = simulation_.now(),
                            .thread = thread,
                            .kind = kind,
                            .detail = static_cast<std::uint8_t>(signal),
                            .a = a,
                            .b = b});
}

Tid Machine::running() const {
  const Thread* const thread = dispatcher_.current();
  return thread == nullptr ? Tid() : thread->tid;
}

void Machine::set_attributes(Thread& thread, const SchedAttributes& attributes) {
  dispatcher_.with_room([&] {
    if (thread.inherits) return inheritance_.set_normal(thread, attributes);
    thread.normal = attributes;
    dispatcher_.set_attributes(thread, attributes, weight_of(attributes));
    lifecycle_.announce_attributes(thread);
  });
}

void Machine::set_affinity(Thread& thread, AffinityId asked) {
  dispatcher_.with_room([&] {
    thread.asked_affinity = asked;
    dispatcher_.set_affinity(thread, cpu_sets_.effective(asked, thread.entity.group));
  });
}

void Machine::set_group(Thread& thread, TaskGroupId group) {
  dispatcher_.with_room([&] {
    dispatcher_.set_group(thread, group);
    const AffinityId effective = cpu_sets_.effective(thread.asked_affinity, group);
    if (effective != thread.entity.affinity) dispatcher_.set_affinity(thread, effective);
  });
}

Result<int> Machine::await_owner(InheritingLock& lock, Thread& waiter) {
  if (waiter.is_kill_pending) return Errno::eintr;
  Result<int> answer = 0;
  dispatcher_.with_room([&] { answer = inheritance_.wait(lock, waiter); });
  return answer;
}

void Machine::set_effective(Thread& thread, const SchedAttributes& effective) {
  if (dispatcher_.is_stopped()) return;
  dispatcher_.set_attributes(thread, effective, weight_of(thread.normal));
  lifecycle_.announce_attributes(thread);
}

StallReport Machine::stall_report() const { return StallReport::of(table_, simulation_.trace(), simulation_.now()); }

std::string Machine::describe() const {
  const Thread* thread = dispatcher_.current();
  std::string text = "at " + std::to_string(simulation_.now().nanoseconds()) + " ns of virtual time";
  if (thread == nullptr) return text + ", on the hub";
  text += ", cpu " + std::to_string(thread->entity.cpu.value()) + ", thread " + std::to_string(thread->tid.value());
  return text + " (" + std::string(simulation_.trace().name(thread->name)) + ")";
}

}  // namespace signalbox
