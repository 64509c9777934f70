#include "tests/support/reference_strings.hpp"

namespace signalbox::nru_test {
namespace {

// Classes, at the fifth access: 1 used and written (3), 2 used (2), 3 written before the tick (1), 4 neither (0).
TEST(Nru, TakesTheLowestClass) {
  const ReferenceString string = references("1w 2 3w 4 1 2 5");
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    EXPECT_EQ(evicted("nru", string, {.frames = 4, .tick = 4, .seed = seed}), std::vector<PageKey>{4});
  }
}

TEST(Nru, ThenWhatWasWrittenButNotUsedSince) {
  EXPECT_EQ(evicted("nru", references("1w 2 3w 2 1 2 5"), {.frames = 3, .tick = 4}), std::vector<PageKey>{3});
}

TEST(Nru, DrawsAmongEquals) {
  std::vector<int> chosen(4);
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    ++chosen[evicted("nru", references("1 2 3 4"), {.frames = 3, .seed = seed}).front()];
  }
  for (const std::size_t page : {1U, 2U, 3U}) EXPECT_GT(chosen[page], 60) << page;
}

}  // namespace
}  // namespace signalbox::nru_test
