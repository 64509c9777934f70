#include "tests/support/reference_strings.hpp"

namespace signalbox::arc_test {
namespace {

TEST(Arc, GivesTheComputedCounts) {
  EXPECT_EQ(faults("arc", belady, 3), 10);
  EXPECT_EQ(faults("arc", belady, 4), 7);
}

// 1 and 2 were used twice: a scan of pages used once passes through T1.
TEST(Arc, AScanDoesNotTakeWhatWasUsedAgain) {
  const std::vector<PageKey> lost = evicted("arc", references("1 2 1 2 3 4 5 6 7 8 9"), {.frames = 4});
  EXPECT_EQ(lost, (std::vector<PageKey>{3, 4, 5, 6, 7}));
}

}  // namespace
}  // namespace signalbox::arc_test
