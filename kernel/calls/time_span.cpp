#include "kernel/calls/time_span.hpp"

namespace signalbox {

Result<Duration> to_duration(const TimeSpec& time) {
  constexpr std::int64_t second = 1'000'000'000;
  if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= second) return Errno::einval;
  if (time.seconds >= Duration::max() / 1_s) return Duration::max();
  return time.seconds * 1_s + Duration(time.nanoseconds);
}

Result<Duration> to_duration(const TimeVal& time) {
  constexpr std::int64_t second = 1'000'000;
  if (time.microseconds < 0 || time.microseconds >= second) return Errno::einval;
  return to_duration(TimeSpec{time.seconds, time.microseconds * 1000});
}

}  // namespace signalbox
