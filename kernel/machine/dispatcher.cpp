#include "kernel/machine/dispatcher.hpp"

#include <boost/intrusive/parent_from_member.hpp>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/machine/dispatcher_steps.hpp"

namespace signalbox {
namespace {

// How far ahead the hub looks in the run queue (switching.md, section 1).
constexpr std::size_t prefetch_distance = 8;
// Fewer threads than this stay in the caches by themselves, and looking ahead costs 8 ns.
constexpr std::size_t prefetch_threshold = 256;

const Thread& thread_of(const Entity& entity) {
  return *boost::intrusive::get_parent_from_member(&entity, &Thread::entity);
}

}  // namespace

Dispatcher::Dispatcher(Simulation& simulation, const MachineConfig& config, const AffinityTable& affinities,
                       Timers& timers)
    : simulation_(simulation), trace_(simulation.trace()), config_(config), affinities_(affinities), timers_(timers) {
  for (unsigned index = 0; index < config.topology.cpu_count(); ++index) {
    const CpuId id(static_cast<CpuId::Value>(index));
    cpus_.emplace_back(id, config.topology.place(id).capacity);
  }
}

void Dispatcher::start(std::unique_ptr<Policy> policy, ThreadEndHandler& end_handler) {
  policy_ = std::move(policy);
  end_handler_ = &end_handler;
}

void Dispatcher::prefetch(std::uint64_t payload, Lookahead lookahead) const {
  if (lookahead != Lookahead::near || payload >> turn_bits == cpus_.size()) return;
  const Cpu& cpu = cpus_[payload >> turn_bits];
  if (cpu.running != nullptr) cpu.running->context.prefetch();
}

void Dispatcher::post(Cpu& cpu) {
  const std::uint64_t payload = (std::uint64_t{cpu.id.value()} << turn_bits) | ++cpu.turn;
  simulation_.schedule(cpu.planned, *this, payload);
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

// A thread's control block first; its stack, whose address the block holds, a few resumes later.
inline void Dispatcher::prefetch_next(const Cpu& cpu) {
  if (threads_ < prefetch_threshold) return;
  const Entity* later = policy_->peek(cpu.id, prefetch_distance);
  const Thread* soon = std::exchange(soon_[next_soon_], later == nullptr ? nullptr : &thread_of(*later));
  next_soon_ = (next_soon_ + 1) % soon_.size();
  if (later != nullptr) thread_of(*later).prefetch_for_dispatch();
  if (soon != nullptr) soon->context.prefetch();
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
