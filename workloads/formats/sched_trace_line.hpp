#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/base/time.hpp"

namespace signalbox {

// The tracepoints of Linux that say who ran when and why (include/trace/events/sched.h, task.h); `other` is any else.
enum class SchedTracepoint : std::uint8_t {
  switching,
  waking,
  wakeup,
  wakeup_new,
  migrate,
  fork,
  newtask,
  exit,
  other,
};

// One line of a trace: what stands before the event's fields, and these. The texts point into the line.
struct SchedTraceLine {
  std::string_view comm;  // of the thread that was on the CPU
  std::int32_t pid = 0;
  std::int32_t tgid = 0;  // 0: not told
  std::uint32_t cpu = 0;
  bool is_interrupt = false;  // the flags say so; perf's text has none
  Instant when;               // of the recording's clock
  SchedTracepoint tracepoint = SchedTracepoint::other;
  std::string_view name;  // of the event, without its system
  std::string_view fields;
};

// Reads a line of tracefs and trace-cmd report ("comm-pid (tgid) [cpu] flags time: event: fields", tgid and flags
// optional) or of perf script ("comm pid [cpu] time: system:event: fields"). None where it is no such line.
std::optional<SchedTraceLine> read_sched_trace_line(std::string_view line);

}  // namespace signalbox
