#pragma once

// The hub: the way from a CPU's due instant to its thread's stack and back, inlined into the loop over the events
// (Machine::run). That frame outlives every thread's, so the host predicts the returns on both sides of a switch right
// (kernel/exec/README.md); a function of its own around the switch would cost 15 ns a resume.
#include <boost/intrusive/parent_from_member.hpp>
#include <utility>

#include "kernel/machine/dispatcher_steps.hpp"
#include "kernel/task/compiled.hpp"

namespace signalbox {

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
  // In run queue places (switching.md, section 1).
  constexpr std::size_t distance = 8;
  // What fewer threads touch stays in the nearest cache by itself.
  constexpr std::size_t threshold = 48;
  if (threads_ < threshold) return;
  const Entity* later = policy_->peek(cpu.id, distance);
  const Thread* thread = later == nullptr ? nullptr : boost::intrusive::get_parent_from_member(later, &Thread::entity);
  const Thread* soon = std::exchange(soon_[next_soon_], thread);
  next_soon_ = (next_soon_ + 1) % soon_.size();
  if (thread != nullptr) thread->prefetch_for_dispatch();
  if (soon != nullptr) soon->context.prefetch();
}

inline void Dispatcher::resume(Cpu& cpu) {
  Thread& thread = *cpu.running;
  prefetch_next(cpu);
  Pause pause = Pause::suspended;
  current_ = &thread;
  do {
    if (thread.context.has_user_mode()) [[unlikely]]
      thread.process.compiled->resumed(thread);
    pause = thread.context.resume();
  } while (pause == Pause::suspended && serve_at_once());
  current_ = nullptr;
  switch (pause) {
    case Pause::suspended:
      // A charge has planned already, as far as it could: nothing is left to serve.
      if (request_ != HubRequest::compute) serve(cpu, thread);
      return;
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

inline void Dispatcher::run(Cpu& cpu) {
  do {
    due(cpu);
    if (trace_.is_full()) trace_.flush();
  } while (goes_on(cpu));
}

// What the last event made due, if it did.
inline void Dispatcher::run_due() {
  if (due_ == nullptr) return;
  Cpu& cpu = *std::exchange(due_, nullptr);
  run(cpu);
}

}  // namespace signalbox
