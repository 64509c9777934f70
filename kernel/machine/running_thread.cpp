#include "kernel/machine/running_thread.hpp"

#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {

void RunningThread::run() {
  if (thread_.is_kill_pending) return;
  try {
    thread_.context.allow_faults(true);
    const int value = thread_.program(*this);
    thread_.context.allow_faults(false);
    thread_.exit_value = value;
    // The process ends with its first thread's program; other threads just end.
    if (thread_.process.leader() == &thread_) machine_.end_process(thread_.process, WaitStatus::exited(value));
  } catch (const ThreadKilled&) {
    thread_.context.allow_faults(false);
    thread_.is_unwinding = false;
  }
  machine_.dispatcher().charge(thread_, machine_.costs().exit + machine_.dispatcher().take_debt(), Mode::kernel);
}

inline WakeReason RunningThread::sleep(WaitLabel label, Instant deadline) {
  thread_.sleep_label = label;
  thread_.sleep_since = now();
  thread_.mode = Mode::kernel;
  thread_.owed =
      machine_.dispatcher().take_debt();  // it pays when it is back: time may not pass between a test and a sleep
  thread_.state = ThreadState::blocked;
  machine_.trace().emit(
      {.when = now(),
       .thread = thread_.tid,
       .cpu = thread_.entity.cpu,
       .kind = TraceKind::thread_blocked,
       .detail = static_cast<std::uint8_t>(label.kind),
       .a = label.name.value(),
       .b = deadline == Instant::max() ? ~std::uint64_t{0} : static_cast<std::uint64_t>(deadline.nanoseconds())});
  machine_.dispatcher().block(thread_, deadline);
  return thread_.wake_reason;
}

// A sleep that a signal would end does not begin.
inline bool RunningThread::is_interrupted(WaitLabel label) {
  if ((thread_.signal_work & signal_work::pending) == 0 || label.on_signal == OnSignal::sleeps_on) return false;
  thread_.signal_work |= signal_work::interrupted;
  return true;
}

WakeReason RunningThread::sleep_on(WaitQueue& queue, Instant deadline) {
  if (thread_.is_unwinding) return WakeReason::killed;
  end_if_killed();
  if (is_interrupted(queue.label())) [[unlikely]]
    return WakeReason::interrupted;
  queue.add(thread_.waiter);
  const WakeReason reason = sleep(queue.label(), deadline);
  // A wake-up that comes to a thread which has to end goes to the next one, who would wait for it for ever.
  const bool is_wasted = thread_.is_kill_pending && reason == WakeReason::woken;
  if (is_wasted && !machine_.dispatcher().is_stopped()) queue.wake(Waiters::one);
  end_if_killed();
  return reason;
}

WakeReason RunningThread::sleep_until(Instant deadline) {
  if (thread_.is_unwinding) return WakeReason::killed;
  end_if_killed();
  const WaitLabel label{WaitKind::time, NameId()};
  if (is_interrupted(label)) [[unlikely]]
    return WakeReason::interrupted;
  const WakeReason reason = sleep(label, deadline);
  end_if_killed();
  return reason;
}

void RunningThread::charge(Duration cost, Mode mode) {
  if (thread_.is_unwinding) return;
  if (mode == Mode::kernel) return charge_kernel(cost);
  thread_.context.allow_faults(false);
  machine_.dispatcher().charge(thread_, cost, mode);
  end_if_killed();
  if (thread_.signal_work != 0) [[unlikely]]
    do_rest_of_work();
  flush_trace_if_full();
  thread_.context.allow_faults(true);
}

void RunningThread::pay_for_accesses() {
  ThreadMemory& own = thread_.memory;
  own.mmu->set_budget(ThreadMemory::block);
  if (thread_.is_unwinding) return;
  const std::uint32_t walked =
      std::exchange(own.walk_accesses, 0) + machine_.memory()->mmus().take_walk_accesses(thread_.entity.cpu);
  const CostModel& costs = machine_.costs();
  if (machine_.is_stuck()) machine_.dispatcher().suspend(thread_, HubRequest::stop);
  const Duration price = costs.memory_access * ThreadMemory::block + costs.walk_access * walked;
  charge(machine_.memory()->spend(price), Mode::user);
}

void RunningThread::exit_thread(std::int64_t value) {
  thread_.exit_value = value;
  end();
}

// A compact stack holds frames of ours that need no unwinding, and has no room for it.
void RunningThread::end() {
  if (thread_.stack.kind == StackKind::compact) {
    machine_.dispatcher().charge(thread_, machine_.costs().exit + machine_.dispatcher().take_debt(), Mode::kernel);
    machine_.dispatcher().suspend(thread_, HubRequest::exit);
    CHECK(false, "a thread that has ended is not resumed");
  }
  thread_.is_unwinding = true;
  thread_.context.allow_faults(true);  // its program's destructors run
  throw ThreadKilled();
}

}  // namespace signalbox
