#include "kernel/sched/fair_server.hpp"

#include <gtest/gtest.h>

namespace signalbox::fair_server_test {

constexpr Instant at(Duration since_start) { return Instant() + since_start; }

FairServer started(Instant now) {
  FairServer server;
  server.start(now);
  return server;
}

TEST(FairServer, PutsItselfOffUntilItsRuntimeIsAllThatFits) {
  FairServer server = started(at(10_s));
  EXPECT_TRUE(server.is_active());
  EXPECT_EQ(server.due(), at(10_s + 950_ms));
  server.wake(at(10_s + 949_ms));
  EXPECT_FALSE(server.is_serving());
  server.wake(at(10_s + 950_ms));
  EXPECT_TRUE(server.is_serving());
  EXPECT_EQ(server.left(), 50_ms);
  // replenish_dl_entity: a deferred reservation that begins so late begins a new period.
  EXPECT_EQ(server.deadline(), at(11_s + 950_ms));
}

TEST(FairServer, ServesFiftyMillisecondsOfEachPeriodWhileItIsNeeded) {
  FairServer server = started(at(0_ms));
  server.wake(at(950_ms));
  server.ran(50_ms, at(1_s));
  EXPECT_FALSE(server.is_serving());
  EXPECT_EQ(server.due(), at(1950_ms));
  server.wake(at(1950_ms));
  EXPECT_TRUE(server.is_serving());
  server.ran(51_ms, at(2001_ms));
  server.wake(at(2950_ms));
  EXPECT_EQ(server.left(), 49_ms) << "an overrun is paid back";
}

TEST(FairServer, WhatFairThreadsGetWithoutItPutsItOff) {
  FairServer server = started(at(0_ms));
  server.ran(20_ms, at(100_ms));
  EXPECT_EQ(server.due(), at(970_ms));
  server.ran(30_ms, at(200_ms));
  EXPECT_EQ(server.due(), at(1150_ms)) << "a new period";
}

TEST(FairServer, StarvationEndsWhenFairThreadsRunWithoutIt) {
  FairServer server = started(at(0_ms));
  server.wake(at(950_ms));
  server.ran(50_ms, at(1_s));
  server.ran(1_ms, at(1100_ms));
  EXPECT_EQ(server.due(), at(2050_ms)) << "put off again";
}

TEST(FairServer, KeepsItsPeriodWhenItIsNeededAgainSoon) {
  FairServer server = started(at(0_ms));
  server.wake(at(950_ms));
  server.ran(20_ms, at(970_ms));
  server.stop();
  EXPECT_FALSE(server.is_active());
  server.start(at(1_s));
  EXPECT_TRUE(server.is_serving()) << "it still has to, and 30 ms in 950 ms are not too much";
  EXPECT_EQ(server.left(), 30_ms);
  EXPECT_EQ(server.deadline(), at(1950_ms));
}

TEST(FairServer, BeginsAnewIfWhatIsLeftWouldBeTooMuch) {
  FairServer server = started(at(0_ms));
  server.ran(10_ms, at(10_ms));
  server.stop();
  server.start(at(500_ms));
  EXPECT_EQ(server.due(), at(1450_ms));
}

TEST(FairServer, WhileNobodyNeedsItNothingCounts) {
  FairServer server;
  server.ran(1_s, at(1_s));
  EXPECT_EQ(server.due(), Instant::max());
  server.start(at(1_s));
  EXPECT_EQ(server.due(), at(1950_ms));
}

TEST(FairServer, IdleTimeCountsAsTimeForFairThreads) {
  FairServer server = started(at(0_ms));
  server.stop();
  server.idled(100_ms);
  server.start(at(200_ms));
  EXPECT_EQ(server.due(), at(1_s)) << "all of its runtime was to be had";
  server.wake(at(1_s));
  EXPECT_TRUE(server.is_serving());
  EXPECT_EQ(server.left(), 50_ms);
}

}  // namespace signalbox::fair_server_test
