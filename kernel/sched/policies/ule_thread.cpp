#include "kernel/sched/policies/ule_thread.hpp"

#include <algorithm>

namespace signalbox::ule {
namespace {

constexpr int interact_half = 50;                   // SCHED_INTERACT_HALF
constexpr int pri_nhalf = 20;                       // SCHED_PRI_NHALF: priorities that only nice reaches
constexpr int pri_min = pri_min_batch + pri_nhalf;  // SCHED_PRI_MIN
constexpr int pri_range = pri_max_batch - pri_nhalf - pri_min + 1;  // SCHED_PRI_RANGE
constexpr std::int64_t sched_slice = 127 / slice_default_divisor;   // in ticks of the statistics clock
constexpr std::int64_t sched_slice_min = sched_slice / slice_min_divisor;

// SCHED_PRI_TICKS: which share of the last 10 s it ran, in 32 steps.
int use_steps(const State& thread) {
  const Duration total = std::max(thread.ltick - thread.ftick, 1_s);
  const std::int64_t step = (total.nanoseconds() + pri_range - 1) / pri_range;
  return static_cast<int>(std::min<std::int64_t>(thread.ticks.nanoseconds() / step, pri_range - 1));
}

}  // namespace

void set_attributes(State& thread, const SchedAttributes& attributes) {
  constexpr int posix_range = 99;
  const bool is_realtime =
      attributes.sched_class == SchedClass::fifo || attributes.sched_class == SchedClass::round_robin;
  thread.nice = int{attributes.nice};
  thread.is_fifo = attributes.sched_class == SchedClass::fifo;
  thread.is_timeshare = !is_realtime && attributes.sched_class != SchedClass::idle;
  if (thread.is_timeshare) {
    compute_priority(thread);
  } else if (is_realtime) {
    const int below = posix_range - attributes.realtime_priority;
    thread.user_pri = pri_min_realtime + below * pri_realtime_range / posix_range;
  } else {
    thread.user_pri = pri_min_idle;
  }
  thread.priority = thread.user_pri;
}

int interact_score(const State& thread) {
  if (thread.runtime >= thread.slptime) return thread.runtime > Duration() ? interact_half : 0;
  const Duration step = std::max(thread.slptime / interact_half, 1_ns);
  return static_cast<int>(thread.runtime / step);
}

void compute_priority(State& thread) {
  if (!thread.is_timeshare) return;
  const int score = std::max(0, interact_score(thread) + thread.nice);
  if (score < interact_thresh) {
    thread.user_pri = pri_min_interact + (pri_max_interact - pri_min_interact + 1) / interact_thresh * score;
  } else {
    thread.user_pri = pri_min + use_steps(thread) + thread.nice;
  }
}

void fade(State& thread) {
  const Duration sum = thread.runtime + thread.slptime;
  if (sum < slp_run_max) return;
  if (sum > slp_run_max * 2) {
    const bool runs_more = thread.runtime > thread.slptime;
    thread.runtime = runs_more ? slp_run_max : 1_ns;
    thread.slptime = runs_more ? 1_ns : slp_run_max;
  } else if (sum > slp_run_max / 5 * 6) {
    thread.runtime = thread.runtime / 2;
    thread.slptime = thread.slptime / 2;
  } else {
    thread.runtime = thread.runtime / 5 * 4;
    thread.slptime = thread.slptime / 5 * 4;
  }
}

void update_use(State& thread, Instant now, bool has_run) {
  __extension__ using Wide = __int128;
  if (now - thread.ltick >= tick_targ) {
    thread.ticks = {};
    thread.ftick = now - tick_targ;
  } else if (now - thread.ftick >= tick_max) {
    const Duration known = thread.ltick - thread.ftick;
    const Duration kept = thread.ltick - (now - tick_targ);
    thread.ticks = Duration(
        static_cast<std::int64_t>(Wide{thread.ticks.nanoseconds()} * kept.nanoseconds() / known.nanoseconds()));
    thread.ftick = now - tick_targ;
  }
  if (has_run) thread.ticks += now - thread.ltick;
  thread.ltick = now;
}

Duration shortest_slice() { return stat_tick * sched_slice_min; }

Duration slice(std::int64_t load) {
  const std::int64_t others = load - 1;
  if (others >= slice_min_divisor) return shortest_slice();
  return stat_tick * (sched_slice / std::max<std::int64_t>(others, 1));
}

}  // namespace signalbox::ule
