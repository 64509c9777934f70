#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::fork_tree_test {

TEST(ForkTree, MakesEveryProcess) {
  const NativeRun run("fork_tree", {{"depth", "3"}, {"fanout", "2"}});
  EXPECT_EQ(run.processes(), 1U + 2 + 4 + 8);
  EXPECT_EQ(run->trace.of(TraceKind::process_reaped).size(), 15U);
}

}  // namespace signalbox::fork_tree_test
