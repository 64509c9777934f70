#include "tests/support/reference_strings.hpp"

namespace signalbox::lfu_test {
namespace {

// Two independent implementations agree on these (design/memory.md, 4.1).
TEST(Lfu, GivesTheComputedCounts) {
  EXPECT_EQ(faults("lfu", belady, 3), 10);
  EXPECT_EQ(faults("lfu", belady, 4), 8);
}

TEST(Lfu, OfEqualsTakesTheOneLoadedFirst) {
  EXPECT_EQ(evicted("lfu", references("1 2 3 2 4 5"), {.frames = 3}), (std::vector<PageKey>{1, 3}));
}

}  // namespace
}  // namespace signalbox::lfu_test
