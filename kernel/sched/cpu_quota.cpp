#include "kernel/sched/cpu_quota.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// The constants of kernel/sched/fair.c.
constexpr Duration slice = 5_ms;         // sysctl_sched_cfs_bandwidth_slice
constexpr Duration kept = 1_ms;          // min_cfs_rq_runtime
constexpr Duration slack_period = 5_ms;  // cfs_bandwidth_slack_period
constexpr Duration refill_soon = 2_ms;   // min_bandwidth_expiration

}  // namespace

CpuQuota::CpuQuota(Duration quota, Duration period, Duration burst)
    : quota_(quota), period_(period), burst_(burst), pool_(quota), pool_at_refill_(quota) {
  CHECK(period > Duration() && burst >= Duration() && burst <= quota, "quotas are checked where they enter");
}

bool CpuQuota::grant(QuotaUser& user) {
  const Duration given = std::clamp(slice - user.in_hand, Duration(), std::max(pool_, Duration()));
  pool_ -= given;
  user.in_hand += given;
  if (given > Duration()) is_idle_ = false;
  return user.in_hand > Duration();
}

std::optional<Instant> CpuQuota::give_back(QuotaUser& user, Instant now) {
  const Duration slack = user.in_hand - kept;
  if (slack <= Duration()) return std::nullopt;
  user.in_hand -= slack;
  pool_ += slack;
  const bool is_wanted = pool_ > slice && !throttled_.empty();
  if (!is_wanted || is_slack_awaited_ || next_period(now) - now < slack_period + refill_soon) return std::nullopt;
  is_slack_awaited_ = true;
  return now + slack_period;
}

void CpuQuota::throttle(QuotaUser& user, Instant now) {
  user.is_throttled = true;
  user.throttled_since = now;
  throttled_.push_back(&user);
}

Instant CpuQuota::next_period(Instant now) const { return now + (period_ - now.since_start() % period_); }

std::optional<Instant> CpuQuota::period_to_await(Instant now) {
  if (std::exchange(is_awaited_, true)) return std::nullopt;
  return next_period(now);
}

std::optional<Instant> CpuQuota::period_over(Instant now) {
  const bool was_throttled = !throttled_.empty();
  ++usage_.periods;
  refill();
  if (is_idle_ && !was_throttled) {
    is_awaited_ = false;
    return std::nullopt;
  }
  is_idle_ = !was_throttled;
  if (was_throttled) {
    ++usage_.throttled_periods;
    distribute(now);
  }
  return next_period(now);
}

void CpuQuota::slack_over(Instant now) {
  is_slack_awaited_ = false;
  if (next_period(now) - now >= refill_soon && pool_ > slice) distribute(now);
}

// fair.c, __refill_cfs_bandwidth_runtime.
void CpuQuota::refill() {
  pool_ += quota_;
  if (const Duration beyond = pool_at_refill_ - pool_; beyond > Duration()) {
    usage_.burst_time += beyond;
    ++usage_.bursts;
  }
  pool_at_refill_ = pool_ = std::min(pool_, quota_ + burst_);
}

// Each gets as much as ends its debt, in turn, and takes a slice when it runs (fair.c, distribute_cfs_runtime).
void CpuQuota::distribute(Instant now) {
  for (QuotaUser* const user : std::exchange(throttled_, {})) {
    const Duration given = std::clamp(1_ns - user->in_hand, Duration(), std::max(pool_, Duration()));
    pool_ -= given;
    user->in_hand += given;
    if (user->in_hand <= Duration()) {
      throttled_.push_back(user);
      continue;
    }
    user->is_throttled = false;
    usage_.throttled_time += now - user->throttled_since;
    user->unthrottle(now);
  }
}

}  // namespace signalbox
