#include "tests/support/reference_strings.hpp"

namespace signalbox::opt_test {
namespace {

TEST(Opt, GivesThePublishedCounts) {
  EXPECT_EQ(faults("opt", silberschatz, 3), 9);
  EXPECT_EQ(faults("opt", ostep, 3), 5);
  EXPECT_EQ(faults("opt", stallings, 3), 3 + 3);
  EXPECT_EQ(faults_up_to("opt", silberschatz_exercise, 7), (std::vector<std::uint64_t>{20, 15, 11, 8, 7, 7, 7}));
}

TEST(Opt, TakesTheOldestOfThoseThatAreNeverUsedAgain) {
  EXPECT_EQ(evicted("opt", references("1 2 3 4 5"), {.frames = 3}), (std::vector<PageKey>{1, 2}));
}

}  // namespace
}  // namespace signalbox::opt_test
