#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/time.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/signal/pending_signals.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Bits of Thread::signal_work: why it looks at its signals before it returns to its program.
namespace signal_work {
inline constexpr std::uint8_t pending = 1;      // one that it does not block, or its process stops
inline constexpr std::uint8_t interrupted = 2;  // a sleep of its present call ended early
inline constexpr std::uint8_t swapped = 4;      // its mask is to be what it was before the call
}  // namespace signal_work

// What a call that a signal has interrupted does, if no handler runs or its handler has SA_RESTART (signal(7),
// "Interruption of system calls"; Linux's -ERESTART codes).
enum class Restart : std::uint8_t {
  if_asked,         // after a handler only with SA_RESTART
  without_handler,  // after a handler never: pause, sigsuspend, nanosleep, poll
  always,           // the C library never shows EINTR: pthread_join
  never,            // EINTR even if the process was only stopped: sigtimedwait, semop
};

// A thread's alternate signal stack (sigaltstack(2)).
struct AlternateStack {
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;  // 0: there is none
  bool disarms = false;     // SS_AUTODISARM

  bool holds(std::uint64_t stack_pointer) const { return stack_pointer > begin && stack_pointer - begin <= bytes; }
};

// What a thread has of signals for itself. Most never meet one and have none of this.
struct ThreadSignals : public KernelObject<ObjectClass::thread_signals> {
  SignalSet blocked;
  SignalSet awaited;      // blocked, but taken by sigtimedwait(2)
  SignalSet before_swap;  // what sigsuspend(2) and its like go back to; see signal_work::swapped
  PendingSignals pending;
  AlternateStack stack;
  WaitQueue waiting{WaitLabel{WaitKind::signal, NameId()}};
  Restart restart = Restart::if_asked;      // of the interrupted call
  std::optional<Instant> restart_deadline;  // until when it goes on to sleep
  Duration cut_off;                         // of its program's work, when a signal came in the middle
};

}  // namespace signalbox
