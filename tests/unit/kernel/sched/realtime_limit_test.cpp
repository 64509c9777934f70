#include "kernel/sched/realtime_limit.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signalbox::realtime_limit_test {
namespace {

TEST(RealtimeLimit, IsReachedOnEachCpuByItself) {
  RealtimeLimit limit(2, 950_ms);
  limit.account(1, 900_ms);
  EXPECT_EQ(limit.left(1), 50_ms);
  limit.account(1, 50_ms);
  EXPECT_TRUE(limit.is_reached(1));
  EXPECT_FALSE(limit.is_reached(0));
}

// rt_time of rt.c: a tick late, 150 ms too long, and the next second is shorter by so much.
TEST(RealtimeLimit, WhatWasRunTooLongIsTakenFromTheNextPeriod) {
  RealtimeLimit limit(1, 500_ms);
  limit.account(0, 650_ms);
  std::vector<std::size_t> released;
  EXPECT_TRUE(limit.renew([&](std::size_t cpu) { released.push_back(cpu); }));
  EXPECT_EQ(released, std::vector<std::size_t>{0});
  EXPECT_EQ(limit.left(0), 350_ms);
}

TEST(RealtimeLimit, AStretchCountsOnceThoughItIsAccountedInParts) {
  RealtimeLimit limit(1, 500_ms);
  limit.account_so_far(0, 200_ms);
  limit.account_so_far(0, 300_ms);
  EXPECT_EQ(limit.left(0), 200_ms);
  limit.account(0, 350_ms);
  EXPECT_EQ(limit.left(0), 150_ms);
  limit.account(0, 50_ms);
  EXPECT_EQ(limit.left(0), 100_ms);
}

TEST(RealtimeLimit, APeriodWithoutUseEndsThem) {
  RealtimeLimit limit(1, 500_ms);
  limit.account(0, 100_ms);
  EXPECT_TRUE(limit.renew([](std::size_t) {}));
  EXPECT_FALSE(limit.renew([](std::size_t) {}));
}

TEST(RealtimeLimit, ZeroIsNone) {
  RealtimeLimit limit(1, Duration());
  limit.account(0, 5_s);
  EXPECT_FALSE(limit.is_on());
  EXPECT_FALSE(limit.is_reached(0));
}

}  // namespace
}  // namespace signalbox::realtime_limit_test
