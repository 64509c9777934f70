#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/sched/entity.hpp"

// A task of Linux 2.6.12's O(1) scheduler, in its own names (kernel/sched.c; where one is a macro there, its name is in
// the comment). Jiffies are of 1 ms (HZ 1000); times here are exact, and rounded to jiffies only where the kernel does.
namespace signalbox::linux_o1 {

inline constexpr int max_prio = 140;     // MAX_PRIO; the lower the better
inline constexpr int max_rt_prio = 100;  // MAX_RT_PRIO; below it real-time tasks
inline constexpr Duration jiffy = 1_ms;
inline constexpr Duration def_timeslice = 100_ms;                     // DEF_TIMESLICE
inline constexpr Duration min_timeslice = 5_ms;                       // MIN_TIMESLICE
inline constexpr int max_bonus = 10;                                  // MAX_BONUS: 40 x PRIO_BONUS_RATIO 25 %
inline constexpr Duration max_sleep_avg = def_timeslice * max_bonus;  // MAX_SLEEP_AVG
inline constexpr Duration starvation_limit = max_sleep_avg;           // STARVATION_LIMIT

struct State {
  Duration sleep_avg;   // 0 .. max_sleep_avg: slept lately, less run
  Duration time_slice;  // left
  Instant timestamp;    // when it was put on or taken off a CPU, or woken
  int static_prio = 120;
  int prio = 120;
  std::int64_t granules = 0;  // whole granularities of its slice that it had used when last looked at
  std::uint8_t array = 0;     // which of the two holds it, if it is queued
  bool is_fifo = false;       // SCHED_FIFO: no slices
  bool is_activated = false;  // p->activated 1: it woke and did not run yet
  bool is_queued = false;
  bool is_running = false;
  bool has_slept = false;  // since it last ran
  bool is_competing = false;
  bool goes_to_expired = false;  // at the end of its stretch
  bool goes_to_tail = false;
};

inline bool is_realtime(const State& task) { return task.prio < max_rt_prio; }

// Takes class and nice over; SCHED_BATCH and SCHED_IDLE came later and are nice here, idle 19.
void set_attributes(State& task, const SchedAttributes& attributes);

// CURRENT_BONUS: 0 .. 10.
int current_bonus(const State& task);
// effective_prio: the static priority less a bonus of -5 .. 5.
int effective_prio(const State& task);
// TASK_INTERACTIVE: its bonus is good enough for its nice value (DELTA) to stay in the active array.
bool is_interactive(const State& task);
// task_timeslice: 800 ms at nice -20, 100 ms at 0, 5 ms at 19.
Duration timeslice(const State& task);
// TIMESLICE_GRANULARITY: how long an interactive task runs before its equals have a turn.
Duration granularity(const State& task, unsigned cpus);
inline Duration used(const State& task) { return timeslice(task) - task.time_slice; }

// recalc_task_prio: it slept, or waited to run after it woke, for `slept`.
void gain_sleep(State& task, Duration slept);
// What a task gains for waiting for the CPU after it woke: ON_RUNQUEUE_WEIGHT, 30 % in 128ths (schedule, for those not
// woken by an interrupt; who wakes whom is not known here).
Duration weighted_wait(Duration waited);
// schedule: what it ran is taken from its sleep_avg, divided by its bonus.
void lose_sleep(State& task, Instant now);

}  // namespace signalbox::linux_o1
