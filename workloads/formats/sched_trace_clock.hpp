#pragma once

#include <optional>

#include "kernel/base/time.hpp"
#include "workloads/formats/sched_trace_report.hpp"

namespace signalbox {

// The recording's clock, made to go forward only. Lines of several CPUs come a little out of order, or their clocks
// differ: such a line counts as of the latest time. A clock that was set back goes on from there.
class SchedTraceClock {
 public:
  static constexpr Duration most_disorder = 10_ms;  // more: it was set back
  static constexpr Duration longest = 864'000_s;    // ten days, so that sums over all CPUs stay within Duration

  explicit SchedTraceClock(SchedTraceReport& report) : report_(report) {}

  // The time of an event, by what its line says. None beyond the longest recording.
  std::optional<Instant> at(Instant said, unsigned line);

  bool is_started() const { return is_started_; }
  Instant beginning() const { return beginning_; }
  Instant latest() const { return latest_; }

 private:
  SchedTraceReport& report_;
  bool is_started_ = false;
  Instant beginning_;
  Instant latest_;
  Duration offset_;  // onto what lines say
};

}  // namespace signalbox
