#include "kernel/sched/balance/wake_history.hpp"

#include <gtest/gtest.h>

namespace signalbox::wake_history_test {

constexpr Tid server{1};
constexpr Tid client{2};
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

// Wakes two others in turn, so many times in all.
void alternate(WakeHistory& history, Tid waker, int times, Instant now) {
  for (int i = 0; i < times; ++i) history.record(waker, Tid(100 + i % 2), now);
}

TEST(WakeHistory, TwoWhoWakeEachOtherAreNotWide) {
  WakeHistory history;
  for (int i = 0; i < 1000; ++i) {
    history.record(server, client, at(1_ms));
    history.record(client, server, at(1_ms));
  }
  EXPECT_FALSE(history.is_wide(server, client, 2));
}

// fair.c, wake_wide: a minimum of cache_size flips in one partner, and cache_size times as many in the other.
TEST(WakeHistory, AServerOfMoreClientsThanACacheHasCpusIsWide) {
  WakeHistory history;
  alternate(history, client, 4, at(1_ms));
  alternate(history, server, 15, at(1_ms));
  EXPECT_FALSE(history.is_wide(server, client, 4));
  history.record(server, Tid(200), at(1_ms));
  EXPECT_TRUE(history.is_wide(server, client, 4));
  EXPECT_TRUE(history.is_wide(client, server, 4)) << "whoever of them wakes the other";
  EXPECT_FALSE(history.is_wide(client, server, 5));
}

TEST(WakeHistory, FlipsAreHalvedOnceASecond) {
  WakeHistory history;
  alternate(history, client, 4, at(1_ms));
  alternate(history, server, 16, at(1_ms));
  history.record(server, Tid(101), at(1_s));
  EXPECT_TRUE(history.is_wide(server, client, 4));
  history.record(server, Tid(101), at(2_s + 1_ms));
  EXPECT_FALSE(history.is_wide(server, client, 4));
}

TEST(WakeHistory, ANewThreadOfTheSameNumberBeginsAnew) {
  WakeHistory history;
  alternate(history, client, 4, at(1_ms));
  alternate(history, server, 16, at(1_ms));
  history.forget(server, CpuId(3));
  EXPECT_FALSE(history.is_wide(server, client, 4));
  EXPECT_EQ(history.exchange_recent_cpu(server, CpuId(5)), CpuId(3));
  EXPECT_EQ(history.exchange_recent_cpu(server, CpuId(7)), CpuId(5));
}

}  // namespace signalbox::wake_history_test
