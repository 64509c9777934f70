#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// What became of a quota, as cpu.stat tells it.
struct QuotaUsage {
  std::uint64_t periods = 0;            // that ended while there was something to do
  std::uint64_t throttled_periods = 0;  // in which a CPU was throttled
  Duration throttled_time;              // summed over the CPUs, of throttlings that are over
  std::uint64_t bursts = 0;             // periods that used more than the quota
  Duration burst_time;                  // by how much, in all
};

// Who uses a quota on one CPU: it has some of it in hand, and waits while it has none.
class QuotaUser {
 public:
  // There is something again: throttling is over.
  virtual void unthrottle(Instant now) = 0;

  Duration in_hand;  // at most 0 while it is throttled; may be overrun
  bool is_throttled = false;
  Instant throttled_since;

 protected:
  ~QuotaUser() = default;
};

// CPU time for each period, of which the CPUs take slices (CFS bandwidth control: Turner, Rao and Rao 2010, and
// kernel/sched/fair.c, struct cfs_bandwidth). Periods end at multiples of their length; the timers are its owner's.
class CpuQuota {
 public:
  // No quota: no limit.
  CpuQuota() = default;
  // Requires quota >= burst >= 0 and period > 0.
  CpuQuota(Duration quota, Duration period, Duration burst);

  bool is_limited() const { return quota_ > Duration(); }
  const QuotaUsage& usage() const { return usage_; }

  // Fills up what `user` has in hand to a slice, as far as there is any; whether it has some then (fair.c,
  // __assign_cfs_rq_runtime).
  bool grant(QuotaUser& user);
  // `user` has nothing to run: all but a little goes back (fair.c, __return_cfs_rq_runtime). The instant at which
  // slack_over wants to be called, if it does.
  std::optional<Instant> give_back(QuotaUser& user, Instant now);
  void throttle(QuotaUser& user, Instant now);

  // The end of the present period, if nobody waits for it yet; asked after each grant.
  std::optional<Instant> period_to_await(Instant now);
  // A period has ended (fair.c, do_sched_cfs_period_timer). The end of the next, unless nobody needs it.
  std::optional<Instant> period_over(Instant now);
  // fair.c, do_sched_cfs_slack_timer.
  void slack_over(Instant now);

 private:
  Instant next_period(Instant now) const;
  void refill();
  void distribute(Instant now);

  Duration quota_;
  Duration period_;
  Duration burst_;
  Duration pool_;
  Duration pool_at_refill_;
  std::vector<QuotaUser*> throttled_;  // who was first comes first
  bool is_awaited_ = false;            // the end of the period
  bool is_idle_ = false;               // nobody has taken anything since the last period ended
  bool is_slack_awaited_ = false;
  QuotaUsage usage_;
};

}  // namespace signalbox
