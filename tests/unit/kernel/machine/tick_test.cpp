#include "kernel/machine/tick.hpp"

#include <gtest/gtest.h>

namespace signalbox::tick_test {

TEST(Tick, NextOneIsStrictlyAfter) {
  EXPECT_EQ(next_tick(Instant(), 4_ms), Instant() + 4_ms);
  EXPECT_EQ(next_tick(Instant() + 1_ns, 4_ms), Instant() + 4_ms);
  EXPECT_EQ(next_tick(Instant() + 4_ms - 1_ns, 4_ms), Instant() + 4_ms);
  EXPECT_EQ(next_tick(Instant() + 4_ms, 4_ms), Instant() + 8_ms);
}

}  // namespace signalbox::tick_test
