#include "tests/support/reference_strings.hpp"

namespace signalbox::lru_test {
namespace {

TEST(Lru, GivesThePublishedCounts) {
  EXPECT_EQ(faults("lru", silberschatz, 3), 12);
  EXPECT_EQ(faults("lru", ostep, 3), 5);
  EXPECT_EQ(faults("lru", stallings, 3), 3 + 4);
  EXPECT_EQ(faults("lru", tanenbaum, 4), 7);
  EXPECT_EQ(faults_up_to("lru", silberschatz_exercise, 7), (std::vector<std::uint64_t>{20, 18, 15, 10, 8, 7, 7}));
}

// Juurlink: a loop one page longer than the memory.
TEST(Lru, MissesAllOfALoopThatDoesNotFit) {
  ReferenceString loop;
  for (int i = 0; i < 50; ++i) loop.push_back({.page = static_cast<PageKey>(i % 5)});
  EXPECT_EQ(faults("lru", loop, 4), 50);
}

}  // namespace
}  // namespace signalbox::lru_test
