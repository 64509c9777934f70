#include "kernel/calls/time_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/time_span.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {
namespace {

// Linux's numbers (uapi/linux/time.h).
enum class Clock : int {
  realtime = 0,
  monotonic = 1,
  process_cpu_time = 2,
  thread_cpu_time = 3,
  monotonic_raw = 4,
  realtime_coarse = 5,
  monotonic_coarse = 6,
  boottime = 7,
};

// All wall clocks are the simulation's: CLOCK_REALTIME too starts at 0, so that runs do not differ.
Result<Duration> read_clock(Caller& caller, Clock clock) {
  switch (clock) {
    case Clock::realtime:
    case Clock::monotonic:
    case Clock::monotonic_raw:
    case Clock::realtime_coarse:
    case Clock::monotonic_coarse:
    case Clock::boottime:
      return caller.now().since_start();
    case Clock::process_cpu_time:
      return cpu_times(caller.kernel(), caller.process()).total();
    case Clock::thread_cpu_time:
      return caller.kernel().cpu_times(caller.thread()).total();
  }
  return Errno::einval;
}

// Errno::einval if it is no clock, Errno::eopnotsupp if it is none to sleep on (kernel/time/posix-timers.c).
Result<int> check_sleeps(Clock clock) {
  switch (clock) {
    case Clock::realtime:
    case Clock::monotonic:
    case Clock::boottime:
      return 0;
    case Clock::process_cpu_time:
    case Clock::thread_cpu_time:
    case Clock::monotonic_raw:
    case Clock::realtime_coarse:
    case Clock::monotonic_coarse:
      return Errno::eopnotsupp;
  }
  return Errno::einval;
}

// Sleeps, and tells what was left if a signal came. Inlined: few frames around a sleep (kernel/README.md).
[[gnu::always_inline]] inline Result<int> sleep(Caller& caller, Instant deadline, UserPointer<TimeSpec> remaining) {
  switch (caller.sleep_until(deadline)) {
    case WakeReason::woken:
    case WakeReason::timed_out:
      return 0;
    case WakeReason::interrupted:
      caller.thread().own_signals().restart_deadline = deadline;
      break;
    case WakeReason::killed:
      break;
  }
  if (!remaining.is_null()) TRY(remaining.write(to_time_spec(std::max(deadline - caller.now(), Duration()))));
  return Errno::eintr;
}

// nanosleep(2)
Result<int> sys_nanosleep(Caller& caller, UserPointer<const TimeSpec> wanted, UserPointer<TimeSpec> remaining) {
  const TimeSpec time = TRY(wanted.read());
  const Duration length = TRY(to_duration(time));
  return sleep(caller, caller.thread().deadline_again(caller.now() + length), remaining);
}

// clock_nanosleep(2), the raw call: errors are negative as everywhere.
Result<int> sys_clock_nanosleep(Caller& caller, Clock clock, int flags, UserPointer<const TimeSpec> wanted,
                                UserPointer<TimeSpec> remaining) {
  constexpr int absolute = 1;  // TIMER_ABSTIME
  TRY(check_sleeps(clock));
  const TimeSpec time = TRY(wanted.read());
  const Duration length = TRY(to_duration(time));
  if ((flags & absolute) == 0) return sleep(caller, caller.thread().deadline_again(caller.now() + length), remaining);
  const Instant deadline = Instant() + length;
  if (deadline <= caller.now()) return 0;
  return sleep(caller, deadline, UserPointer<TimeSpec>());
}

// clock_gettime(2)
Result<int> sys_clock_gettime(Caller& caller, Clock clock, UserPointer<TimeSpec> out) {
  const Duration time = TRY(read_clock(caller, clock));
  TRY(out.write(to_time_spec(time)));
  return 0;
}

}  // namespace

std::span<const SyscallRow> time_calls() {
  static constexpr std::array rows{
      row<sys_nanosleep>(call_number::nanosleep, "nanosleep", Support::full(), Restart::without_handler),
      row<sys_clock_gettime>(call_number::clock_gettime, "clock_gettime",
                             Support::partial("CPU clocks of others; CLOCK_TAI and the alarm clocks")),
      row<sys_clock_nanosleep>(call_number::clock_nanosleep, "clock_nanosleep",
                               Support::partial("sleeping on a CPU clock, CLOCK_TAI and the alarm clocks"),
                               Restart::without_handler),
  };
  return rows;
}

}  // namespace signalbox
