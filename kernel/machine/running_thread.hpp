#pragma once

#include <cstdint>

#include "kernel/machine/machine.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// The running thread's own side of the machine: what its program and the kernel code it runs may do. Lives on the
// thread's stack from its first instruction to its last.
class RunningThread final : public Caller {
 public:
  RunningThread(Machine& machine, Thread& thread) : machine_(machine), thread_(thread) {}

  // Runs the thread's program to its end, however it ends.
  void run();

  // Current.
  WakeReason sleep_on(WaitQueue& queue, Instant deadline) override;
  void charge(Duration cost, Mode mode) override;
  Instant now() const override { return machine_.simulation().now(); }
  void raise(Signal signal) override;

  // Caller.
  Thread& thread() override { return thread_; }
  WakeReason sleep_until(Instant deadline) override;
  bool page_fault() override;
  void pay_for_accesses() override;
  Duration time_ahead() override { return machine_.dispatcher().time_ahead(thread_); }
  std::int64_t syscall(const RawCall& call) override;
  Kernel& kernel() override { return machine_; }
  std::optional<TakenSignal> take_signal() override;
  [[noreturn]] void exit_thread(std::int64_t value) override;

 private:
  [[gnu::always_inline]] std::int64_t handle(const RawCall& call);
  void bring_in_arguments(CompiledMemory& memory, const SyscallRow& row, const RawCall& call);
  std::int64_t serve(const SyscallRow& row, const RawCall& call);
  std::int64_t serve_with_absent(CompiledMemory& memory, const SyscallRow& row, const RawCall& call);
  std::uint64_t traced(bool is_in_memory, std::uint64_t value) const;
  void check_stack();

  // Signals (running_thread_signals.cpp).
  std::int64_t look_at_signals(const RawCall& call, std::int64_t result);
  void do_rest_of_work();
  bool handle_signals(Restart restart);
  void run_handler(const TakenSignal& taken);
  void stop();

  [[gnu::always_inline]] void charge_kernel(Duration cost);
  [[gnu::always_inline]] WakeReason sleep(WaitLabel label, Instant deadline);
  [[gnu::always_inline]] bool is_interrupted(WaitLabel label);
  [[gnu::always_inline]] void return_to_user();
  [[gnu::always_inline]] void flush_trace_if_full();
  [[gnu::always_inline]] void end_if_killed();
  [[noreturn]] void end();

  Machine& machine_;
  Thread& thread_;
};

inline void RunningThread::end_if_killed() {
  if (thread_.is_kill_pending && !thread_.is_unwinding) end();
}

inline void RunningThread::charge_kernel(Duration cost) {
  if (thread_.is_unwinding) return;
  thread_.context.allow_faults(false);
  if (const Duration due = cost + machine_.dispatcher().take_debt(); due > Duration()) {
    machine_.dispatcher().charge(thread_, due, Mode::kernel);
  }
}

// This stack may be too small for the trace's readers; the hub's is not.
inline void RunningThread::flush_trace_if_full() {
  if (machine_.trace().is_full()) machine_.dispatcher().suspend(thread_, HubRequest::flush_trace);
}

}  // namespace signalbox
