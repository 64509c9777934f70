#include "tests/support/reference_strings.hpp"

namespace signalbox::fifo_test {
namespace {

TEST(Fifo, GivesThePublishedCounts) {
  EXPECT_EQ(faults("fifo", silberschatz, 3), 15);
  EXPECT_EQ(faults("fifo", ostep, 3), 7);
  EXPECT_EQ(faults("fifo", stallings, 3), 3 + 6);
  EXPECT_EQ(faults("fifo", tanenbaum, 4), 6);
  EXPECT_EQ(faults_up_to("fifo", silberschatz_exercise, 7), (std::vector<std::uint64_t>{20, 18, 16, 14, 10, 10, 7}));
}

TEST(Fifo, FaultsMoreWithMoreFramesOnBeladysString) {
  EXPECT_EQ(faults("fifo", belady, 3), 9);
  EXPECT_EQ(faults("fifo", belady, 4), 10);
  EXPECT_EQ(faults("fifo", belady_other, 3), 9);
  EXPECT_EQ(faults("fifo", belady_other, 4), 10);
}

}  // namespace
}  // namespace signalbox::fifo_test
