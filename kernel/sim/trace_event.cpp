#include "kernel/sim/trace_event.hpp"

#include <array>
#include <cstddef>

namespace signalbox {

const char* to_string(TraceKind kind) {
  // In the order of the enumeration.
  static constexpr std::array names{
      "machine_started", "process_created",  "thread_created",   "thread_renamed", "thread_attributes",
      "thread_ready",    "thread_blocked",   "run_begin",        "run_end",        "thread_migrated",
      "syscall_entered", "syscall_returned", "signal_posted",    "thread_exited",  "process_exited",
      "process_reaped",  "activation_begun", "activation_ended", "tick",           "machine_stopped",
      "cpu_offline",     "cpu_online",       "affinity_broken",  "page_fault",     "signal_delivered",
  };
  static_assert(names.size() == trace_kind_count);
  return names[static_cast<std::size_t>(kind)];
}

const char* to_string(SwitchReason reason) {
  switch (reason) {
    using enum SwitchReason;
    case slice_expired:
      return "slice";
    case blocked:
      return "blocked";
    case slept:
      return "slept";
    case preempted:
      return "preempted";
    case interrupted:
      return "interrupt";
    case memory_shortage:
      return "memory";
    case yielded:
      return "yielded";
    case exited:
      return "exited";
    case stopped:
      return "stopped";
  }
  return "?";
}

const char* to_string(WaitKind kind) {
  switch (kind) {
    using enum WaitKind;
    case time:
      return "time";
    case child:
      return "child";
    case join:
      return "join";
    case mutex:
      return "mutex";
    case condition:
      return "condition";
    case barrier:
      return "barrier";
    case semaphore:
      return "semaphore";
    case suspended:
      return "suspended";
    case memory:
      return "memory";
    case stopped:
      return "stopped";
    case signal:
      return "signal";
    case data:
      return "data";
    case room:
      return "room";
    case peer:
      return "peer";
    case events:
      return "events";
  }
  return "?";
}

const char* to_string(RunEnd end) {
  switch (end) {
    using enum RunEnd;
    case finished:
      return "finished";
    case until:
      return "until";
    case deadlock:
      return "deadlock";
    case watchdog:
      return "watchdog";
  }
  return "?";
}

}  // namespace signalbox
