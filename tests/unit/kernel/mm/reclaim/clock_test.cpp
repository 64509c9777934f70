#include "tests/support/reference_strings.hpp"

namespace signalbox::clock_test {
namespace {

TEST(Clock, GivesThePublishedCounts) {
  EXPECT_EQ(faults("clock", stallings, 3), 3 + 5);
  EXPECT_EQ(faults("clock", belady, 3), 9);
  EXPECT_EQ(faults("clock", belady, 4), 10);
}

// Loading is a use: the hand goes once around before it takes 1. Then 2 was used again and 3 was not; then 4 was loaded
// since, and 2 not used.
TEST(Clock, PassesOverWhatWasUsedSinceItLastCame) {
  EXPECT_EQ(evicted("clock", references("1 2 3 4 2 5 6"), {.frames = 3}), (std::vector<PageKey>{1, 3, 2}));
}

}  // namespace
}  // namespace signalbox::clock_test
