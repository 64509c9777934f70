#include "tests/support/reference_strings.hpp"

namespace signalbox::two_q_test {
namespace {

TEST(TwoQ, GivesTheComputedCounts) {
  EXPECT_EQ(faults("2q", belady, 3), 9);
  EXPECT_EQ(faults("2q", belady, 4), 9);
}

// A1in holds one of four frames' worth: 1 leaves it, comes back while A1out names it, and outlasts the scan.
TEST(TwoQ, APageThatComesBackOutlastsAScan) {
  EXPECT_EQ(evicted("2q", references("1 2 3 4 5 1 6 7 8 9"), {.frames = 4}), (std::vector<PageKey>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace signalbox::two_q_test
