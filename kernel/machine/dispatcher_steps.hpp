#pragma once

// The smallest steps of Dispatcher, inlined into each of its flows; for its own sources only.
#include <algorithm>

#include "kernel/machine/dispatcher.hpp"
#include "kernel/machine/tick.hpp"

namespace signalbox {

inline bool Dispatcher::is_preemptible(const Thread& thread) const {
  return thread.mode == Mode::user || config_.kernel_preemption == KernelPreemption::full;
}

// Takes the work done up to now off what the thread owes.
inline void Dispatcher::settle(Cpu& cpu) {
  const Instant now = simulation_.now();
  if (now <= cpu.settled) return;
  Thread& thread = *cpu.running;
  const Duration elapsed = now - cpu.settled;
  cpu.settled = now;
  (thread.mode == Mode::user ? cpu.stretch_user : cpu.stretch_kernel) += elapsed;
  thread.owed = elapsed >= cpu.time_for(thread.owed) ? Duration() : thread.owed - cpu.work_in(elapsed);
}

// Tells the policy how long the thread has run.
inline void Dispatcher::account(Cpu& cpu) {
  const Instant now = simulation_.now();
  if (now <= cpu.accounted) return;
  const Duration ran = now - cpu.accounted;
  cpu.accounted = now;
  policy_->account(cpu.id, cpu.running->entity, ran, now);
}

inline void Dispatcher::set_decision(Cpu& cpu) {
  if (config_.tick > Duration()) {
    cpu.decision = next_tick(cpu.settled, config_.tick);
  } else {
    cpu.decision = policy_->next_decision(cpu.id, cpu.running->entity, cpu.settled);
  }
}

// The next instant at which something happens on the CPU by itself. Work that ends when a slice does, ends first.
inline void Dispatcher::plan(Cpu& cpu) {
  const Thread& thread = *cpu.running;
  cpu.planned = cpu.settled + cpu.time_for(thread.owed);
  if (thread.owed == Duration() || !is_preemptible(thread)) return;
  const Instant wanted = cpu.needs_reschedule ? cpu.settled : std::max(cpu.decision, cpu.settled);
  cpu.planned = std::min(cpu.planned, wanted);
}

inline void Dispatcher::post(Cpu& cpu) {
  const std::uint64_t payload = (std::uint64_t{cpu.id.value()} << turn_bits) | ++cpu.turn;
  simulation_.schedule(cpu.planned, *this, payload);
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

}  // namespace signalbox
