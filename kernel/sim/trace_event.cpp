#include "kernel/sim/trace_event.hpp"

namespace signalbox {

const char* to_string(TraceKind kind) {
  switch (kind) {
    using enum TraceKind;
    case machine_started:
      return "machine_started";
    case process_created:
      return "process_created";
    case thread_created:
      return "thread_created";
    case thread_renamed:
      return "thread_renamed";
    case thread_attributes:
      return "thread_attributes";
    case thread_ready:
      return "thread_ready";
    case thread_blocked:
      return "thread_blocked";
    case run_begin:
      return "run_begin";
    case run_end:
      return "run_end";
    case thread_migrated:
      return "thread_migrated";
    case syscall_entered:
      return "syscall_entered";
    case syscall_returned:
      return "syscall_returned";
    case signal_posted:
      return "signal_posted";
    case thread_exited:
      return "thread_exited";
    case process_exited:
      return "process_exited";
    case process_reaped:
      return "process_reaped";
    case activation_begun:
      return "activation_begun";
    case activation_ended:
      return "activation_ended";
    case tick:
      return "tick";
    case machine_stopped:
      return "machine_stopped";
  }
  return "?";
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
