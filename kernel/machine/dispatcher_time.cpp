// Time on a CPU: what its thread has done, what it still owes, and when something has to happen next.
#include <algorithm>

#include "kernel/machine/dispatcher.hpp"
#include "kernel/machine/tick.hpp"

namespace signalbox {

// The first half of a charge. Whether the thread has to suspend until the work is done.
bool Dispatcher::begins_work(Thread& thread, Duration cost, Mode mode) {
  if (cost <= Duration() || is_stopped_) return false;
  Cpu& cpu = cpu_of(thread);
  thread.mode = mode;
  thread.owed = cost;
  plan(cpu);
  const Instant done = cpu.settled + cpu.time_for(cost);
  // Ahead of the clock, but never up to the next event: it might change what happens here.
  if (cpu.planned != done || done >= simulation_.horizon()) return true;
  simulation_.advance_to(done);
  settle(cpu);
  return false;
}

// Takes the work done up to now off what the thread owes.
void Dispatcher::settle(Cpu& cpu) {
  const Instant now = simulation_.now();
  if (now <= cpu.settled) return;
  Thread& thread = *cpu.running;
  const Duration elapsed = now - cpu.settled;
  cpu.settled = now;
  (thread.mode == Mode::user ? cpu.stretch_user : cpu.stretch_kernel) += elapsed;
  thread.owed = elapsed >= cpu.time_for(thread.owed) ? Duration() : thread.owed - cpu.work_in(elapsed);
}

void Dispatcher::cut_short(Thread& thread) {
  if (&thread == current_ || thread.mode == Mode::kernel) return;
  if (thread.state == ThreadState::ready) thread.owed = Duration();
  if (thread.state != ThreadState::running) return;
  Cpu& cpu = cpu_of(thread);
  settle(cpu);
  thread.owed = Duration();
  plan(cpu);
  post(cpu);
}

CpuTimes Dispatcher::times(const Thread& thread) const {
  CpuTimes times = thread.times;
  if (thread.state != ThreadState::running) return times;
  const Cpu& cpu = cpus_[thread.entity.cpu.value()];
  times += {cpu.stretch_user, cpu.stretch_kernel};
  const Duration unsettled = std::max(simulation_.now() - cpu.settled, Duration());
  (thread.mode == Mode::user ? times.user : times.kernel) += unsettled;
  return times;
}

// Tells the policy how long the thread has run.
void Dispatcher::account(Cpu& cpu) {
  const Instant now = simulation_.now();
  if (now <= cpu.accounted) return;
  const Duration ran = now - cpu.accounted;
  cpu.accounted = now;
  policy_->account(cpu.id, cpu.running->entity, ran, now);
}

void Dispatcher::set_decision(Cpu& cpu) {
  if (config_.tick > Duration()) {
    cpu.decision = next_tick(cpu.settled, config_.tick);
  } else {
    cpu.decision = policy_->next_decision(cpu.id, cpu.running->entity, cpu.settled).value_or(Instant::max());
  }
}

// The next instant at which something happens on the CPU by itself. Work that ends when a slice does, ends first.
void Dispatcher::plan(Cpu& cpu) {
  const Thread& thread = *cpu.running;
  cpu.planned = cpu.settled + cpu.time_for(thread.owed);
  if (thread.owed == Duration() || !is_preemptible(thread)) return;
  const Instant wanted = cpu.needs_reschedule ? cpu.settled : std::max(cpu.decision, cpu.settled);
  cpu.planned = std::min(cpu.planned, wanted);
}

// An interrupt takes time from the thread it interrupts, and is accounted to it, as in a kernel without
// CONFIG_IRQ_TIME_ACCOUNTING.
void Dispatcher::interrupt(Cpu& cpu, Duration cost) {
  if (cost == Duration() || cpu.running == current_) return;
  settle(cpu);
  cpu.running->owed += cost;
}

bool Dispatcher::is_preemptible(const Thread& thread) const {
  return thread.mode == Mode::user || config_.kernel_preemption == KernelPreemption::full;
}

// Whether the CPU's thread can be taken off it right now: not in the middle of a switch, not while the host runs it.
bool Dispatcher::may_interrupt(const Cpu& cpu) const {
  return cpu.running != current_ && is_preemptible(*cpu.running) && simulation_.now() >= cpu.settled;
}

}  // namespace signalbox
