// Time on a CPU: what its thread has done, what it still owes, and when something has to happen next.
#include <algorithm>
#include <utility>

#include "kernel/machine/dispatcher_steps.hpp"

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

Duration Dispatcher::time_ahead(const Thread& thread) {
  const Cpu& cpu = cpu_of(thread);
  if (cpu.needs_reschedule) return Duration();
  const Instant next = std::min(simulation_.horizon(), cpu.decision);
  const Instant now = std::max(simulation_.now(), cpu.settled);
  if (next <= now) return Duration();
  return next == Instant::max() ? Duration::max() : cpu.work_in(next - now);
}

Duration Dispatcher::cut_short(Thread& thread) {
  if (&thread == current_ || thread.mode == Mode::kernel) return Duration();
  if (thread.state == ThreadState::ready) return std::exchange(thread.owed, Duration());
  if (thread.state != ThreadState::running) return Duration();
  Cpu& cpu = cpu_of(thread);
  settle(cpu);
  const Duration left = std::exchange(thread.owed, Duration());
  plan(cpu);
  post(cpu);
  return left;
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

// An interrupt takes time from the thread it interrupts, and is accounted to it, as in a kernel without
// CONFIG_IRQ_TIME_ACCOUNTING.
void Dispatcher::interrupt(Cpu& cpu, Duration cost) {
  if (cost == Duration() || cpu.running == current_) return;
  settle(cpu);
  cpu.running->owed += cost;
}

void Dispatcher::shot_down(const std::vector<CpuId>& cpus) {
  owe(memory_->spend(config_.costs.shootdown * static_cast<std::int64_t>(cpus.size())));
  for (const CpuId id : cpus) {
    Cpu& cpu = cpus_[id.value()];
    if (cpu.running == nullptr || config_.costs.interrupt == Duration()) continue;
    interrupt(cpu, config_.costs.interrupt);
    plan(cpu);
    post(cpu);
  }
}

// Whether the CPU's thread can be taken off it right now: not in the middle of a switch, not while the host runs it.
bool Dispatcher::may_interrupt(const Cpu& cpu) const {
  return cpu.running != current_ && is_preemptible(*cpu.running) && simulation_.now() >= cpu.settled;
}

}  // namespace signalbox
