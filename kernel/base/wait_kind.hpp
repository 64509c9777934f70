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
};
inline constexpr unsigned wait_kind_count = 10;

// What a wait queue is, for traces and stall reports: the kind, and which one of it.
struct WaitLabel {
  WaitKind kind = WaitKind::time;
  NameId name;
};

}  // namespace signalbox
