#include "tests/support/reference_strings.hpp"

namespace signalbox::wsclock_test {
namespace {

// All were used when 5 comes: the first clean page goes. When 6 comes, 3 was not used for more than tau. When 7 comes,
// only 1 is outside the working set; it is dirty and gets written, and the first clean page goes, which is 4.
TEST(WsClock, TakesCleanPagesOutsideTheWorkingSetAndHasDirtyOnesWritten) {
  const ReferenceString string = references("1w 2 3 4 5 4 4 4 4 6 7");
  const ReferenceSettings settings{.frames = 4, .tau = 3};
  EXPECT_EQ(evicted("wsclock", string, settings), (std::vector<PageKey>{2, 3, 4}));
  EXPECT_EQ(ReferenceRun(*find_reclaimer("wsclock"), string, settings).finish().writes, 1);
}

TEST(WsClock, TakesADirtyPageIfThereIsNoOther) {
  EXPECT_EQ(evicted("wsclock", references("1w 2w 3"), {.frames = 2, .tau = 9}), std::vector<PageKey>{1});
}

}  // namespace
}  // namespace signalbox::wsclock_test
