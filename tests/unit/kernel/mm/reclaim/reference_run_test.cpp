#include "tests/support/reference_strings.hpp"

namespace signalbox::reference_run_test {
namespace {

TEST(ReferenceRun, SaysWhatEachAccessCameTo) {
  const ReferenceString string = references("1 2w 1 3");
  ReferenceRun run(*find_reclaimer("fifo"), string, {.frames = 2});
  EXPECT_TRUE(run.step().is_fault);
  EXPECT_EQ(run.step().slot, 1);
  EXPECT_FALSE(run.step().is_fault);
  EXPECT_EQ(run.step().evicted, PageKey{1});
  EXPECT_EQ(run.frames(), (std::vector<std::optional<PageKey>>{3, 2}));
  EXPECT_EQ(run.counts().faults, 3);
  EXPECT_EQ(run.counts().evictions, 1);
  EXPECT_EQ(run.counts().writes, 0);
}

TEST(ReferenceRun, WritesDirtyPagesWhenTheyAreEvicted) {
  const ReferenceString string = references("1w 2 3 4");
  EXPECT_EQ(ReferenceRun(*find_reclaimer("fifo"), string, {.frames = 2}).finish().writes, 1);
}

TEST(ReferenceRun, FramesThatWereNotUsedAreEmpty) {
  const ReferenceString string = references("1 1");
  ReferenceRun run(*find_reclaimer("lru"), string, {.frames = 2});
  run.finish();
  EXPECT_EQ(run.frames(), (std::vector<std::optional<PageKey>>{1, std::nullopt}));
}

}  // namespace
}  // namespace signalbox::reference_run_test
