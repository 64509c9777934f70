#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::build_system_test {

TEST(BuildSystem, NeverRunsMoreCompilersThanJobs) {
  const NativeRun run("build_system", {{"files", "12"}, {"jobs", "3"}}, "cfs", 8);
  int alive = 0;
  int most = 0;
  for (const TraceEvent& event : run->trace.events()) {
    if (event.kind == TraceKind::process_created) most = std::max(most, ++alive);
    if (event.kind == TraceKind::process_reaped) --alive;
  }
  EXPECT_EQ(run.processes(), 13U);
  EXPECT_EQ(most, 1 + 3);
}

}  // namespace signalbox::build_system_test
