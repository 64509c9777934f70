#include "kernel/sched/policies/linux_o1_task.hpp"

#include <algorithm>

#include "kernel/sched/nice.hpp"

namespace signalbox::linux_o1 {
namespace {

constexpr int max_user_prio = max_prio - max_rt_prio;  // MAX_USER_PRIO
constexpr int nice_0_prio = max_rt_prio + 20;          // NICE_TO_PRIO(0)
constexpr int interactive_delta = 2;                   // INTERACTIVE_DELTA
constexpr Duration shortest_granularity = 10_ms;       // GRANULARITY

// DELTA: how much bonus its nice value asks for. The table in the kernel's comment has nice -10 one wider than the
// division, which rounds toward zero, makes it.
int delta(const State& task) {
  return (task.static_prio - nice_0_prio) * max_bonus / max_user_prio + interactive_delta;
}

// INTERACTIVE_SLEEP: who slept longer was idle, not interactive.
Duration interactive_sleep(const State& task) {
  const std::int64_t jiffies = max_sleep_avg / jiffy;
  return jiffy * (jiffies * (max_bonus / 2 + delta(task) + 1) / max_bonus - 1);
}

}  // namespace

void set_attributes(State& task, const SchedAttributes& attributes) {
  const bool is_idle = attributes.sched_class == SchedClass::idle;
  task.static_prio = nice_0_prio + (is_idle ? max_nice : attributes.nice);
  task.is_fifo = attributes.sched_class == SchedClass::fifo;
  if (task.is_fifo || attributes.sched_class == SchedClass::round_robin) {
    task.prio = max_rt_prio - 1 - attributes.realtime_priority;
  } else {
    task.prio = max_rt_prio;
    task.prio = effective_prio(task);
  }
}

int current_bonus(const State& task) {
  return static_cast<int>(task.sleep_avg / jiffy * max_bonus / (max_sleep_avg / jiffy));
}

int effective_prio(const State& task) {
  if (is_realtime(task)) return task.prio;
  const int bonus = current_bonus(task) - max_bonus / 2;
  return std::clamp(task.static_prio - bonus, max_rt_prio, max_prio - 1);
}

bool is_interactive(const State& task) { return task.prio <= task.static_prio - delta(task); }

Duration timeslice(const State& task) {
  const Duration base = task.static_prio < nice_0_prio ? def_timeslice * 4 : def_timeslice;
  return std::max(base * (max_prio - task.static_prio) / (max_user_prio / 2), min_timeslice);
}

Duration granularity(const State& task, unsigned cpus) {
  const int steps = std::max(max_bonus - current_bonus(task), 1) - 1;
  return shortest_granularity * (std::int64_t{1} << steps) * cpus;
}

void gain_sleep(State& task, Duration slept) {
  const Duration counted = std::min(slept, max_sleep_avg);
  if (counted > interactive_sleep(task)) {
    task.sleep_avg = max_sleep_avg - def_timeslice;
  } else if (counted > Duration()) {
    const int factor = std::max(max_bonus - current_bonus(task), 1);
    task.sleep_avg = std::min(task.sleep_avg + counted * factor, max_sleep_avg);
  }
  task.prio = effective_prio(task);
}

Duration weighted_wait(Duration waited) {
  constexpr std::int64_t on_runqueue_weight = 30;
  return waited * (on_runqueue_weight * 128 / 100) / 128;
}

void lose_sleep(State& task, Instant now) {
  const Duration ran = std::min(now - task.timestamp, max_sleep_avg);
  task.sleep_avg = std::max(task.sleep_avg - ran / std::max(current_bonus(task), 1), Duration());
  task.timestamp = now;
}

}  // namespace signalbox::linux_o1
