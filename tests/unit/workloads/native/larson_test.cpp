#include <gtest/gtest.h>

#include "tests/support/native_run.hpp"

namespace signalbox::larson_test {

TEST(Larson, BlocksOutliveTheirThreads) {
  const NativeRun run("larson", {{"threads", "3"}, {"rounds", "4"}, {"operations", "300"}, {"most", "5000"}});
  EXPECT_EQ(run.end(), RunEnd::finished);
  EXPECT_EQ(run.status(), WaitStatus::exited(0));
  EXPECT_EQ(run->trace.of(TraceKind::thread_created).size(), 1 + 3 * 4U);
}

TEST(Larson, SmallestMayBeTheLargest) {
  const NativeRun run("larson", {{"operations", "50"}, {"least", "64"}, {"most", "64"}, {"rounds", "1"}});
  EXPECT_EQ(run.status(), WaitStatus::exited(0));
}

}  // namespace signalbox::larson_test
