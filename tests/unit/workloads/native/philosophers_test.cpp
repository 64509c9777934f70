#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::philosophers_test {

TEST(Philosophers, WithoutOrderAllHoldOneForkAndWaitForTheOther) {
  const NativeRun run("philosophers",
                      {{"seats", "3"}, {"meals", "1"}, {"think", "0"}, {"reach", "1ms"}, {"ordered", "0"}}, "fcfs", 3);
  EXPECT_EQ(run.end(), RunEnd::deadlock);
  const StallReport report = run->machine->stall_report();
  EXPECT_EQ(std::ranges::count(report.threads, WaitKind::mutex, &StalledThread::kind), 3);
}

}  // namespace signalbox::philosophers_test
