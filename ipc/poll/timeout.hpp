#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/calls/user_types.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// Until when a call waits; never, where the pointer is null (poll_select_set_timeout). Errno::efault, einval.
inline Result<Instant> deadline_of(Caller& caller, UserPointer<TimeSpec> timeout) {
  constexpr std::int64_t second = 1'000'000'000;
  constexpr std::int64_t most_seconds = 4'000'000'000;  // a century is for ever
  if (timeout.is_null()) return Instant::max();
  const TimeSpec time = TRY(timeout.read());
  if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= second) return Errno::einval;
  if (time.seconds > most_seconds) return Instant::max();
  return caller.now() + Duration(time.seconds * second + time.nanoseconds);
}

// The same in milliseconds; a negative number is for ever (poll(2), epoll_wait(2)).
inline Instant deadline_in(Caller& caller, std::int32_t milliseconds) {
  if (milliseconds < 0) return Instant::max();
  return caller.now() + Duration(std::int64_t{milliseconds} * 1'000'000);
}

// What is left of it, as Linux writes it back to select(2), and to ppoll(2) below the C library.
inline void write_time_left(Caller& caller, UserPointer<TimeSpec> timeout, Instant deadline) {
  constexpr std::int64_t second = 1'000'000'000;
  if (timeout.is_null() || deadline == Instant::max()) return;
  const std::int64_t left = std::max<std::int64_t>((deadline - caller.now()).nanoseconds(), 0);
  static_cast<void>(timeout.write({.seconds = left / second, .nanoseconds = left % second}));
}

}  // namespace signalbox
