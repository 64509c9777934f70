#include "kernel/calls/alarm_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/time_span.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

Duration time_left(Caller& caller) {
  const Instant due = caller.process().signals.alarm.due;
  return due == Instant::max() ? Duration() : std::max(due - caller.now(), Duration(1));
}

// alarm(2): seconds, to the nearest, and never 0 for one that is set (kernel/time/itimer.c, alarm_setitimer).
Result<std::uint32_t> sys_alarm(Caller& caller, std::uint32_t seconds) {
  const Duration left = time_left(caller);
  const Instant due = seconds == 0 ? Instant::max() : caller.now() + std::int64_t{seconds} * 1_s;
  caller.kernel().set_alarm(caller.process(), due, Duration());
  if (left == Duration()) return 0U;
  return static_cast<std::uint32_t>(std::max((left + 500_ms) / 1_s, std::int64_t{1}));
}

// struct itimerval
struct TimerValue {
  TimeVal interval;
  TimeVal value;
};

enum class TimerKind : int { real = 0, user_time = 1, cpu_time = 2 };

TimerValue current_timer(Caller& caller) {
  const IntervalTimer& alarm = caller.process().signals.alarm;
  if (alarm.due == Instant::max()) return {};
  return {.interval = to_time_val(alarm.interval), .value = to_time_val(std::max(time_left(caller), Duration(1'000)))};
}

// getitimer(2)
Result<int> sys_getitimer(Caller& caller, TimerKind kind, UserPointer<TimerValue> out) {
  if (kind != TimerKind::real) return Errno::einval;
  TRY(out.write(current_timer(caller)));
  return 0;
}

// setitimer(2)
Result<int> sys_setitimer(Caller& caller, TimerKind kind, UserPointer<const TimerValue> wanted,
                          UserPointer<TimerValue> out) {
  const TimerValue value = wanted.is_null() ? TimerValue() : TRY(wanted.read());
  const Duration first = TRY(to_duration(value.value));
  const Duration interval = TRY(to_duration(value.interval));
  if (kind != TimerKind::real) return Errno::einval;
  const TimerValue before = current_timer(caller);
  const Instant due = first == Duration() ? Instant::max() : caller.now() + first;
  caller.kernel().set_alarm(caller.process(), due, interval);
  if (!out.is_null()) TRY(out.write(before));
  return 0;
}

constexpr Support real_time_only = Support::partial("ITIMER_VIRTUAL and ITIMER_PROF");

}  // namespace

std::span<const SyscallRow> alarm_calls() {
  static constexpr std::array rows{
      row<sys_getitimer>(call_number::getitimer, "getitimer", real_time_only),
      row<sys_alarm>(call_number::alarm, "alarm"),
      row<sys_setitimer>(call_number::setitimer, "setitimer", real_time_only),
  };
  return rows;
}

}  // namespace signalbox
