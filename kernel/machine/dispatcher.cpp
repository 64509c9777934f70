#include "kernel/machine/dispatcher.hpp"

#include <algorithm>
#include <boost/intrusive/parent_from_member.hpp>
#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// How far ahead the hub looks in the run queue (switching.md, section 1).
constexpr std::size_t prefetch_distance = 8;

const Thread& thread_of(const Entity& entity) {
  return *boost::intrusive::get_parent_from_member(&entity, &Thread::entity);
}

}  // namespace

Dispatcher::Dispatcher(Simulation& simulation, const MachineConfig& config, const AffinityTable& affinities)
    : simulation_(simulation),
      trace_(simulation.trace()),
      config_(config),
      affinities_(affinities),
      idle_cpus_(config.topology.cpu_count()) {
  for (unsigned index = 0; index < config.topology.cpu_count(); ++index) {
    const CpuId id(static_cast<CpuId::Value>(index));
    cpus_.emplace_back(id, config.topology.place(id).capacity);
  }
}

void Dispatcher::start(std::unique_ptr<Policy> policy, ThreadEndHandler& end_handler) {
  policy_ = std::move(policy);
  end_handler_ = &end_handler;
}

void Dispatcher::prefetch(std::uint64_t payload) const {
  if (payload >> turn_bits == cpus_.size()) return;
  const Cpu& cpu = cpus_[payload >> turn_bits];
  if (cpu.running != nullptr) cpu.running->context.prefetch();
}

void Dispatcher::post(Cpu& cpu) {
  const std::uint64_t payload = (std::uint64_t{cpu.id.value()} << turn_bits) | ++cpu.turn;
  simulation_.schedule(cpu.planned, *this, payload);
}

void Dispatcher::serve(Cpu& cpu, Thread& thread) {
  switch (request_) {
    case HubRequest::stop:
      simulation_.end_running_ahead();
      return plan(cpu);
    case HubRequest::compute:
      return plan(cpu);
    case HubRequest::block: {
      const bool is_sleep = thread.sleep_label.kind == WaitKind::time;
      leave(cpu, is_sleep ? SwitchReason::slept : SwitchReason::blocked);
      policy_->blocked(cpu.id, thread.entity, simulation_.now());
      return choose(cpu);
    }
    case HubRequest::yield:
      put_back(cpu, SwitchReason::yielded, EnqueueReason::yielded);
      return choose(cpu);
    case HubRequest::reschedule:
      put_back(cpu, SwitchReason::preempted, EnqueueReason::preempted);
      return choose(cpu);
    case HubRequest::flush_trace:
    case HubRequest::call:
      CHECK(false, "served where the thread was resumed");
    case HubRequest::exit:
      thread.context.abandon();
      return thread_finished(cpu);
  }
}

void Dispatcher::thread_finished(Cpu& cpu) {
  Thread& thread = *cpu.running;
  leave(cpu, SwitchReason::exited);
  policy_->leave(thread.entity, simulation_.now());
  thread.state = ThreadState::exited;
  std::ranges::replace(soon_, &thread, nullptr);
  end_handler_->thread_ended(thread);
  if (cpu.running == nullptr) choose(cpu);  // else what woke up at the thread's end has got the CPU already
}

// From here to on_event: the way from an event to a thread's stack, inlined into one frame (see dispatcher.hpp).

// Serves a request that keeps the thread running; whether it was one.
inline bool Dispatcher::serve_at_once() {
  if (request_ == HubRequest::flush_trace) {
    trace_.flush();
    return true;
  }
  if (request_ != HubRequest::call) return false;
  is_serving_call_ = true;
  call_(call_argument_);
  is_serving_call_ = false;
  return true;
}

inline void Dispatcher::resume(Cpu& cpu) {
  Thread& thread = *cpu.running;
  prefetch_next(cpu);
  Pause pause = Pause::suspended;
  current_ = &thread;
  do {
    pause = thread.context.resume();
  } while (pause == Pause::suspended && serve_at_once());
  current_ = nullptr;
  switch (pause) {
    case Pause::suspended:
      return serve(cpu, thread);
    case Pause::finished:
      return thread_finished(cpu);
    case Pause::faulted:
      end_handler_->thread_faulted(thread, thread.context.fault());
      return thread_finished(cpu);
  }
}

inline void Dispatcher::due(Cpu& cpu) {
  settle(cpu);
  if (cpu.running->owed == Duration()) {
    resume(cpu);
  } else if (cpu.needs_reschedule) {
    put_back(cpu, SwitchReason::preempted, EnqueueReason::preempted);
    choose(cpu);
  } else {
    decide(cpu);
  }
  if (!kicks_.empty()) serve_kicks();
}

// Whether the CPU's next instant comes before everything else, so that it needs no event.
inline bool Dispatcher::goes_on(Cpu& cpu) {
  if (cpu.running == nullptr) return false;
  if (cpu.planned >= simulation_.horizon()) {
    post(cpu);
    return false;
  }
  ++cpu.turn;  // an event that was posted for this plan is stale now
  simulation_.advance_to(cpu.planned);
  return true;
}

inline void Dispatcher::run(Cpu& cpu) {
  do {
    due(cpu);
    if (trace_.is_full()) trace_.flush();
  } while (goes_on(cpu));
}

void Dispatcher::on_event(std::uint64_t payload) {
  if (payload >> turn_bits == cpus_.size()) return choose_idle();
  Cpu& cpu = cpus_[payload >> turn_bits];
  if (cpu.turn != static_cast<std::uint32_t>(payload) || cpu.running == nullptr) return;  // overtaken by another plan
  run(cpu);
}

void Dispatcher::unwind(Thread& thread) {
  CHECK(is_stopped_ && thread.is_kill_pending, "only the end of a run unwinds outside virtual time");
  current_ = &thread;
  while (thread.context.can_resume() && thread.context.resume() == Pause::suspended) {
  }
  current_ = nullptr;
}

// A thread's control block first; its stack, whose address the block holds, a few resumes later.
void Dispatcher::prefetch_next(const Cpu& cpu) {
  const Entity* later = policy_->peek(cpu.id, prefetch_distance);
  const Thread* soon = std::exchange(soon_[next_soon_], later == nullptr ? nullptr : &thread_of(*later));
  next_soon_ = (next_soon_ + 1) % soon_.size();
  if (later != nullptr) thread_of(*later).prefetch();
  if (soon != nullptr) soon->context.prefetch();
}

const Entity* Dispatcher::running(CpuId cpu) const {
  const Thread* thread = cpus_[cpu.value()].running;
  return thread == nullptr ? nullptr : &thread->entity;
}

void Dispatcher::kick(CpuId cpu, Kick kick) { kicks_.push_back({cpu, kick}); }

void Dispatcher::stop() {
  for (Cpu& cpu : cpus_) {
    if (cpu.running != nullptr) leave(cpu, SwitchReason::stopped);
  }
  is_stopped_ = true;
}

}  // namespace signalbox
