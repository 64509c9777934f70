#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// The limit on real-time threads before Linux 6.12 (kernel/sched/rt.c, sched_rt_runtime_exceeded and
// do_sched_rt_period_timer; sched(7), "Limiting the CPU usage of real-time and deadline processes"): of each second
// they have `limit` on each CPU, then none runs there until the second is over, even if the CPU idles. What they ran
// too long is taken from the next second.
class RealtimeLimit {
 public:
  static constexpr Duration period = Duration(1'000'000'000);  // kernel.sched_rt_period_us

  // No limit at all if it is zero.
  RealtimeLimit(std::size_t cpus, Duration limit) : limit_(limit), cpus_(limit > Duration() ? cpus : 0) {}

  bool is_on() const { return limit_ > Duration(); }
  bool is_reached(std::size_t cpu) const { return is_on() && cpus_[cpu].is_throttled; }
  // How long a real-time thread may still run. Requires a limit that is on and not reached.
  Duration left(std::size_t cpu) const { return limit_ - cpus_[cpu].used; }

  // A real-time thread's stretch is accounted.
  void account(std::size_t cpu, Duration ran) {
    if (!is_on()) return;
    account_so_far(cpu, ran);
    cpus_[cpu].ahead = {};
  }
  // It goes on, and has run so long in its present stretch.
  void account_so_far(std::size_t cpu, Duration ran) {
    Budget& budget = cpus_[cpu];
    budget.used += ran - budget.ahead;
    budget.ahead = ran;
    budget.is_throttled = budget.used >= limit_;
  }
  // A period is over. Calls action(cpu) for each CPU where real-time threads may run again; answers whether some ran.
  template <class Action>
  bool renew(Action action) {
    bool was_used = false;
    for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu) {
      Budget& budget = cpus_[cpu];
      was_used |= budget.used > Duration();
      budget.used -= std::min(budget.used, limit_);
      if (!budget.is_throttled || budget.used >= limit_) continue;
      budget.is_throttled = false;
      action(cpu);
    }
    return was_used;
  }

 private:
  struct Budget {
    Duration used;
    Duration ahead;  // of the present stretch, that is in `used`
    bool is_throttled = false;
  };

  Duration limit_;
  std::vector<Budget> cpus_;
};

}  // namespace signalbox
