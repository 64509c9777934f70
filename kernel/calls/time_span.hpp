#pragma once

#include "kernel/base/result.hpp"
#include "kernel/base/time.hpp"
#include "kernel/calls/user_types.hpp"

namespace signalbox {

// A time that is too long to be told becomes the longest (ktime.h, ktime_set). Errno::einval: it is negative or its
// nanoseconds are a second or more.
Result<Duration> to_duration(const TimeSpec& time);
// The same in microseconds (setitimer(2)).
Result<Duration> to_duration(const TimeVal& time);

}  // namespace signalbox
