#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"

namespace signalbox {

// What a sleeping thread waits for.
enum class WaitKind : std::uint8_t {
  time,   // nanosleep, a timer
  child,  // wait4
  join,   // pthread_join
  mutex,
  condition,
  barrier,
  semaphore,
  suspended,  // rt-app suspend, until somebody resumes it
  memory,
  stopped,  // job control
  signal,   // pause, sigsuspend, sigwait
  data,     // to read: a pipe, a counter
  room,     // to write
  peer,     // somebody at a FIFO's other end
  events,   // poll, select, epoll_wait
};
inline constexpr unsigned wait_kind_count = 15;

// Whether a signal that wants to be handled ends a sleep: Linux's TASK_INTERRUPTIBLE and TASK_UNINTERRUPTIBLE. The end
// of its process ends every sleep.
enum class OnSignal : std::uint8_t { wakes, sleeps_on };

// What a wait queue is, for traces and stall reports: the kind, and which one of it; and what a signal does to who
// sleeps there.
struct WaitLabel {
  constexpr WaitLabel(WaitKind kind_, NameId name_, OnSignal on_signal_ = OnSignal::wakes)
      : kind(kind_), on_signal(on_signal_), name(name_) {}
  constexpr WaitLabel() = default;

  WaitKind kind = WaitKind::time;
  OnSignal on_signal = OnSignal::wakes;
  NameId name;
};

}  // namespace signalbox
