#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::priority_inversion_test {

// Of the high one's only round.
Duration response(const std::map<std::string, std::string>& arguments, const std::string& policy) {
  std::map<std::string, std::string> all = arguments;
  all["rounds"] = "1";
  const NativeRun run("priority_inversion", all, policy);
  EXPECT_EQ(run.end(), RunEnd::finished);
  std::int64_t slack = 0;
  const auto names = run->thread_names();
  for (const TraceEvent& event : run->trace.of(TraceKind::activation_ended)) {
    if (names.at(event.thread) == "high") slack = static_cast<std::int64_t>(event.b);
  }
  return 50_ms - Duration(slack);
}

TEST(PriorityInversion, HighWaitsForMedium) {
  EXPECT_EQ(response({}, "priority"), 750_us + 20_ms + 1500_us + 1_ms);
  EXPECT_EQ(response({{"medium", "40ms"}}, "priority"), 750_us + 40_ms + 1500_us + 1_ms);
}

// The low one's critical section is all that is left to wait for, whatever the medium one computes.
TEST(PriorityInversion, InheritanceBoundsTheWaitByTheCriticalSection) {
  for (const char* const policy : {"priority", "rt", "linux", "linux_o1", "ule", "linux:queue_per=cpu,balance=linux"}) {
    SCOPED_TRACE(policy);
    EXPECT_EQ(response({{"inherit", "1"}}, policy), 2250_us + 1_ms);
    EXPECT_EQ(response({{"inherit", "1"}, {"medium", "40ms"}}, policy), 2250_us + 1_ms);
  }
}

}  // namespace signalbox::priority_inversion_test
