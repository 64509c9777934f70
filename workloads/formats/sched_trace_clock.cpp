#include "workloads/formats/sched_trace_clock.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

std::optional<Instant> SchedTraceClock::at(Instant said, unsigned line) {
  if (!std::exchange(is_started_, true)) beginning_ = latest_ = said;
  const Duration back = latest_ - (said + offset_);
  if (back > most_disorder) {
    report_.clock_set_back.note(line);
    offset_ += back;
  } else if (back > Duration()) {
    report_.clock_disorder.note(line);
    report_.most_disorder = std::max(report_.most_disorder, back);
  }
  const Instant when = std::max(latest_, said + offset_);
  if (when - beginning_ > longest) return std::nullopt;
  return latest_ = when;
}

}  // namespace signalbox
