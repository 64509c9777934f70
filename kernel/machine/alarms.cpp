#include "kernel/machine/alarms.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr unsigned turn_bits = 32;

}  // namespace

// Turns are unique among all processes, so that one with a reused number is not told of its predecessor's.
void Alarms::set(Process& process, Instant due, Duration interval) {
  IntervalTimer& alarm = process.signals.alarm;
  alarm = {.due = due, .interval = interval, .turn = ++next_turn_};
  if (due == Instant::max()) return;
  const auto number = static_cast<std::uint64_t>(process.pid.value());
  simulation_.schedule(std::max(due, simulation_.now()), *this, (number << turn_bits) | alarm.turn);
}

void Alarms::on_event(std::uint64_t payload) {
  Process* const process = table_.find_process(Pid(static_cast<Pid::Value>(payload >> turn_bits)));
  if (process == nullptr || process->state != ProcessState::alive) return;
  const IntervalTimer alarm = process->signals.alarm;
  if (alarm.turn != static_cast<std::uint32_t>(payload)) return;
  const bool repeats = alarm.interval > Duration();
  set(*process, repeats ? alarm.due + alarm.interval : Instant::max(), alarm.interval);
  static_cast<void>(signals_.send(*process, SignalInfo::from_kernel(Signal::sigalrm)));
}

}  // namespace signalbox
