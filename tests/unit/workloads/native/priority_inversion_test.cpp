#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::priority_inversion_test {

TEST(PriorityInversion, HighWaitsForMedium) {
  const NativeRun run("priority_inversion", {{"rounds", "1"}}, "priority");
  std::int64_t slack = 0;
  std::string worst;
  const auto names = run->thread_names();
  for (const TraceEvent& event : run->trace.of(TraceKind::activation_ended)) {
    if (names.at(event.thread) == "high") slack = static_cast<std::int64_t>(event.b);
  }
  const Duration response = 50_ms - Duration(slack);
  EXPECT_EQ(response, 750_us + 20_ms + 1500_us + 1_ms);
}

}  // namespace signalbox::priority_inversion_test
