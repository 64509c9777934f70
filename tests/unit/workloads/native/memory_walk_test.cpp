#include <gtest/gtest.h>

#include "tests/support/native_run.hpp"

namespace signalbox::memory_walk_test {

SpaceSwitchCounters switches_of(const std::string& processes) {
  NativeRun run("memory_walk", {{"workers", "3"}, {"processes", processes}, {"kib", "64"}, {"compute", "30ms"}});
  EXPECT_EQ(run.status(), WaitStatus::exited(0));
  return run->machine->memory()->mmus().switches();
}

TEST(MemoryWalk, ProcessesLoadRootsWhereThreadsDoNot) {
  EXPECT_GT(switches_of("1").root_loads, 3 * switches_of("0").root_loads);
}

TEST(MemoryWalk, WorkersHaveTheirOwnWorkingSets) {
  NativeRun run("memory_walk", {{"workers", "3"}, {"kib", "64"}, {"writes", "100"}, {"passes", "1"}});
  EXPECT_EQ(run->machine->memory()->main().events().faults, 3 * 64 / 4U);
}

}  // namespace signalbox::memory_walk_test
