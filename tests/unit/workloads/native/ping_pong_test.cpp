#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::ping_pong_test {

TEST(PingPong, ComputesInTurnsInTwoProcesses) {
  const NativeRun run("ping_pong", {{"rounds", "3"}, {"work", "10us"}});
  EXPECT_EQ(run.processes(), 2U);
  EXPECT_EQ(run->user_times(), (std::map<std::string, Duration>{{"ping_pong", 30_us}, {"pong", 30_us}}));
}

}  // namespace signalbox::ping_pong_test
