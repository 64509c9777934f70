#include "kernel/sched/cpu_quota.hpp"

#include <gtest/gtest.h>

namespace signalbox {
namespace {

class User final : public QuotaUser {
 public:
  void unthrottle(Instant now) override { unthrottled_at = now; }
  Instant unthrottled_at;
};

constexpr Instant start;

TEST(CpuQuota, WithoutAQuotaThereIsNoLimit) {
  EXPECT_FALSE(CpuQuota().is_limited());
  EXPECT_TRUE(CpuQuota(1_ms, 10_ms, {}).is_limited());
}

TEST(CpuQuota, IsTakenInSlicesOfFiveMilliseconds) {
  CpuQuota quota(12_ms, 100_ms, {});
  User user;
  for (const Duration left : {5_ms, 5_ms, 2_ms}) {
    EXPECT_TRUE(quota.grant(user));
    EXPECT_EQ(user.in_hand, left);
    user.in_hand = {};
  }
  EXPECT_FALSE(quota.grant(user));
}

TEST(CpuQuota, AnOverrunIsPaidFirst) {
  CpuQuota quota(20_ms, 100_ms, {});
  User user;
  user.in_hand = Duration() - 3_ms;
  EXPECT_TRUE(quota.grant(user));
  EXPECT_EQ(user.in_hand, 5_ms);
  User other;
  other.in_hand = Duration() - 20_ms;
  EXPECT_FALSE(quota.grant(other));
  EXPECT_EQ(other.in_hand, Duration() - 8_ms);  // the 12 ms that were left
}

TEST(CpuQuota, APeriodEndsAtAMultipleOfItsLength) {
  CpuQuota quota(10_ms, 100_ms, {});
  EXPECT_EQ(quota.period_to_await(start + 130_ms), start + 200_ms);
  EXPECT_EQ(quota.period_to_await(start + 150_ms), std::nullopt);  // awaited already
}

TEST(CpuQuota, TheThrottledGetSomeAtTheEndOfThePeriodInTurn) {
  CpuQuota quota(5_ms, 100_ms, {});
  User first;
  User second;
  quota.grant(first);
  first.in_hand = {};
  quota.throttle(first, start + 5_ms);
  second.in_hand = Duration() - 7_ms;
  quota.throttle(second, start + 10_ms);
  EXPECT_EQ(quota.period_over(start + 100_ms), start + 200_ms);
  EXPECT_EQ(first.unthrottled_at, start + 100_ms);
  EXPECT_FALSE(first.is_throttled);
  EXPECT_EQ(first.in_hand, 1_ns);
  EXPECT_TRUE(second.is_throttled);
  EXPECT_EQ(second.in_hand, Duration() - 2_ms - 1_ns);
  EXPECT_EQ(quota.usage().periods, 1U);
  EXPECT_EQ(quota.usage().throttled_periods, 1U);
  EXPECT_EQ(quota.usage().throttled_time, 95_ms);
}

TEST(CpuQuota, PeriodsEndToBeAwaitedWhenNobodyUsesThem) {
  CpuQuota quota(10_ms, 100_ms, {});
  User user;
  quota.grant(user);
  EXPECT_EQ(quota.period_to_await(start), start + 100_ms);
  EXPECT_EQ(quota.period_over(start + 100_ms), start + 200_ms);
  EXPECT_EQ(quota.period_over(start + 200_ms), std::nullopt);
  EXPECT_EQ(quota.period_to_await(start + 530_ms), start + 600_ms);
}

// Documentation/scheduler/sched-bwc.rst, "CFS Bandwidth Burst": what a period leaves may be used later, up to the
// burst.
TEST(CpuQuota, WithABurstAPeriodMayUseWhatFormerOnesLeft) {
  CpuQuota quota(10_ms, 100_ms, 4_ms);
  User user;
  quota.grant(user);  // 5 of 10
  quota.period_over(start + 100_ms);
  Duration all;
  for (user.in_hand = {}; quota.grant(user); user.in_hand = {}) all += user.in_hand;
  EXPECT_EQ(all, 14_ms);
  quota.throttle(user, start + 120_ms);
  quota.period_over(start + 200_ms);
  EXPECT_EQ(quota.usage().bursts, 1U);
  EXPECT_EQ(quota.usage().burst_time, 4_ms);
}

TEST(CpuQuota, WhatIsNotUsedGoesBackAndToTheThrottled) {
  CpuQuota quota(20_ms, 100_ms, {});
  User idle;
  User throttled;
  quota.grant(idle);
  for (int slice = 0; slice < 3; ++slice) {
    throttled.in_hand = {};
    quota.grant(throttled);
  }
  throttled.in_hand = {};
  EXPECT_FALSE(quota.grant(throttled));
  quota.throttle(throttled, start + 15_ms);
  EXPECT_EQ(quota.give_back(idle, start + 16_ms), std::nullopt);  // 4 ms: less than a slice
  EXPECT_EQ(idle.in_hand, 1_ms);
  idle.in_hand = 8_ms;
  EXPECT_EQ(quota.give_back(idle, start + 20_ms), start + 25_ms);
  quota.slack_over(start + 25_ms);
  EXPECT_EQ(throttled.unthrottled_at, start + 25_ms);
}

TEST(CpuQuota, ShortlyBeforeARefillNothingIsHandedOn) {
  CpuQuota quota(20_ms, 100_ms, {});
  User idle;
  User throttled;
  quota.throttle(throttled, start);
  idle.in_hand = 9_ms;
  EXPECT_EQ(quota.give_back(idle, start + 94_ms), std::nullopt);
  quota.slack_over(start + 99_ms);
  EXPECT_TRUE(throttled.is_throttled);
}

}  // namespace
}  // namespace signalbox
