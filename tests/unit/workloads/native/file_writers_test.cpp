#include <gtest/gtest.h>

#include "tests/support/native_run.hpp"

namespace signalbox::file_writers_test {

TEST(FileWriters, FindWhatTheyWroteWhicheverWay) {
  for (const char* mapped : {"0", "50", "100"}) {
    NativeRun run("file_writers", {{"kib", "256"}, {"mapped", mapped}});
    EXPECT_EQ(run.status(), WaitStatus::exited(0));
    EXPECT_EQ(run->machine->memory()->file_disk().counters().writes, 2 * 2 * 64U);  // workers, rounds, pages
  }
}

TEST(FileWriters, WithoutSyncingTheKernelWritesWhatIsMuch) {
  NativeRun run("file_writers", {{"kib", "262144"}, {"workers", "1"}, {"rounds", "1"}, {"syncs", "0"}});
  EXPECT_EQ(run.status(), WaitStatus::exited(0));
  EXPECT_GT(run->machine->memory()->file_disk().counters().writes, 0U);
}

}  // namespace signalbox::file_writers_test
