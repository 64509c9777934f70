#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/sched/entity.hpp"

// A thread of FreeBSD's ULE scheduler, in its own names (sys/kern/sched_ule.c of FreeBSD 13; where one is a macro
// there, its name is in the comment). Times are exact, not counted in ticks.
namespace signalbox::ule {

// Lower is better (sys/sys/priority.h).
inline constexpr int pri_min_realtime = 48;  // PRI_MIN_REALTIME .. 79
inline constexpr int pri_realtime_range = 32;
inline constexpr int pri_min_interact = 120;  // PRI_MIN_TIMESHARE
inline constexpr int pri_max_interact = 151;
inline constexpr int pri_min_batch = 152;  // PRI_MIN_BATCH
inline constexpr int pri_max_batch = 223;  // PRI_MAX_TIMESHARE
inline constexpr int pri_min_idle = 224;

inline constexpr int interact_thresh = 30;                 // SCHED_INTERACT_THRESH
inline constexpr Duration slp_run_max = 5_s;               // SCHED_SLP_RUN_MAX
inline constexpr Duration tick_targ = 10_s;                // SCHED_TICK_TARG: over which use of the CPU is averaged
inline constexpr Duration tick_max = 11_s;                 // SCHED_TICK_MAX
inline constexpr Duration stat_tick{1'000'000'000 / 127};  // of the statistics clock: stathz is 127
inline constexpr int slice_default_divisor = 10;           // SCHED_SLICE_DEFAULT_DIVISOR: 12 ticks, some 94 ms
inline constexpr int slice_min_divisor = 6;                // SCHED_SLICE_MIN_DIVISOR: 2 ticks, some 16 ms

struct State {
  Duration runtime;  // ts_runtime and ts_slptime: of the last 5 s or so, what it ran and what it slept by its own will
  Duration slptime;
  Duration ticks;  // ts_ticks: what it ran between ftick and ltick
  Instant ftick;
  Instant ltick;
  Instant slept_at;
  Duration slice;  // ts_slice: used of its slice
  int user_pri = pri_min_batch;
  int priority = pri_min_batch;  // user_pri, or better if it wakes from a sleep (static_boost)
  int nice = 0;
  std::uint8_t slot = 0;  // of the timeshare queue, if it is there
  bool is_timeshare = true;
  bool is_fifo = false;
  bool is_competing = false;   // queued or running
  bool is_offered = false;     // queued, and not because it gave way
  bool is_slice_over = false;  // TDF_SLICEEND
};

// Takes class and nice over. SCHED_IDLE is the idle class, SCHED_FIFO and SCHED_RR are the real-time class, whose 32
// priorities share out 1 to 99.
void set_attributes(State& thread, const SchedAttributes& attributes);

// sched_interact_score: 0 (only sleeps) .. 50 (runs as much as it sleeps, or more; beyond 50 nothing is told apart).
int interact_score(const State& thread);
// sched_priority, which computes user_pri.
void compute_priority(State& thread);
// sched_interact_update: what is remembered of sleeping and running fades beyond 5 s.
void fade(State& thread);
// sched_pctcpu_update, at `now`; it ran since the last time, or not.
void update_use(State& thread, Instant now, bool has_run);
// tdq_slice, of a queue with `load` threads on each CPU, the running one included.
Duration slice(std::int64_t load);
Duration shortest_slice();

}  // namespace signalbox::ule
