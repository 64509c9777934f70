#include <algorithm>
#include <span>

#include "tests/support/reference_strings.hpp"

namespace signalbox::linux_lists_test {
namespace {

// All were used when they were mapped: the first choice goes around once, and then takes the oldest that was not used
// since.
TEST(LinuxLists, APageUsedOnceGoesBeforeOneUsedAgain) {
  EXPECT_EQ(evicted("linux", references("1 2 3 4 2 5 6"), {.frames = 3}), (std::vector<PageKey>{1, 3, 4}));
}

// 1 and 2 are used between any two pages of a scan, become active, and are left there by one that goes on without them.
TEST(LinuxLists, AScanPassesThroughTheInactiveList) {
  ReferenceString string;
  for (PageKey page = 10; page < 50; ++page) {
    for (const PageKey each : {page, PageKey{1}, PageKey{2}}) string.push_back({.page = each});
  }
  for (PageKey page = 50; page < 56; ++page) string.push_back({.page = page});
  const std::vector<PageKey> lost = evicted("linux", string, {.frames = 8});
  EXPECT_EQ(lost.size(), 40);  // 48 pages, 8 of them still there: 1 and 2 were loaded once
  EXPECT_FALSE(std::ranges::count(lost, PageKey{1}) > 0);
  EXPECT_FALSE(std::ranges::count(lost, PageKey{2}) > 0);
}

// workingset_refault: 3 comes back while there are more active pages than have gone since, so it is active at once, and
// the page that came with it goes first.
TEST(LinuxLists, APageThatComesBackSoonIsActive) {
  const ReferenceString string = references("1 2 3 4 1 2 5 1 2 6 1 2 3 7 8");
  const std::vector<PageKey> lost = evicted("linux", string, {.frames = 4});
  EXPECT_FALSE(std::ranges::count(std::span(lost).last(2), PageKey{3}) > 0);
}

}  // namespace
}  // namespace signalbox::linux_lists_test
