#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::readers_writers_test {

TEST(ReadersWriters, ReadersReadTogetherAndWritersAlone) {
  const NativeRun together("readers_writers",
                           {{"readers", "4"}, {"writers", "0"}, {"turns", "1"}, {"pause", "0"}, {"read", "1ms"}},
                           "fcfs", 4);
  EXPECT_LT(together->trace.end() - Instant(), 2_ms);
  const NativeRun alone("readers_writers",
                        {{"readers", "0"}, {"writers", "4"}, {"turns", "1"}, {"pause", "0"}, {"write", "1ms"}}, "fcfs",
                        4);
  EXPECT_GT(alone->trace.end() - Instant(), 2_ms);
}

}  // namespace signalbox::readers_writers_test
