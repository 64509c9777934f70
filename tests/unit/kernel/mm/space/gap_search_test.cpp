#include "kernel/mm/space/gap_search.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::gap_search_test {

using Order = GapRequest::Order;

// Pages 10-12, 16-18 and 30-32, the last a stack.
VmaSet three() {
  VmaSet vmas;
  vmas.insert({.range = page_range(10, 12)});
  vmas.insert({.range = page_range(16, 18)});
  vmas.insert({.range = page_range(30, 32), .flags = vma_flag::grows_down});
  return vmas;
}

std::optional<VirtAddr> gap(std::uint64_t pages, PageRange within, Order order, std::uint64_t guard_pages = 0) {
  return find_gap(
      three(),
      {.bytes = pages * page_bytes, .within = within, .order = order, .guard_bytes = guard_pages * page_bytes});
}

TEST(GapSearch, HighestFirst) {
  EXPECT_EQ(gap(2, page_range(1, 40), Order::highest_first), page_at(38));
  EXPECT_EQ(gap(9, page_range(1, 40), Order::highest_first), page_at(21));
  EXPECT_EQ(gap(2, page_range(1, 28), Order::highest_first), page_at(26));
  EXPECT_EQ(gap(4, page_range(1, 17), Order::highest_first), page_at(12));
  EXPECT_EQ(gap(9, page_range(1, 17), Order::highest_first), page_at(1));
  EXPECT_EQ(gap(10, page_range(1, 17), Order::highest_first), std::nullopt);
}

TEST(GapSearch, LowestFirst) {
  EXPECT_EQ(gap(2, page_range(1, 40), Order::lowest_first), page_at(1));
  EXPECT_EQ(gap(10, page_range(1, 40), Order::lowest_first), page_at(18));
  EXPECT_EQ(gap(4, page_range(11, 40), Order::lowest_first), page_at(12));
  EXPECT_EQ(gap(9, page_range(11, 40), Order::lowest_first), page_at(18));
  EXPECT_EQ(gap(13, page_range(11, 40), Order::lowest_first), std::nullopt);
}

TEST(GapSearch, BelowAStackAGuardStaysFree) {
  EXPECT_EQ(gap(9, page_range(1, 40), Order::highest_first, 3), page_at(18));
  EXPECT_EQ(gap(10, page_range(1, 40), Order::highest_first, 3), std::nullopt);
  EXPECT_EQ(gap(9, page_range(11, 40), Order::lowest_first, 3), page_at(18));
  EXPECT_EQ(gap(2, page_range(19, 29), Order::highest_first, 3), page_at(25));
}

TEST(GapSearch, TheGuardDoesNotReachBelowZero) {
  const Vma stack{.range = page_range(2, 4), .flags = vma_flag::grows_down};
  EXPECT_EQ(begin_with_guard(stack, 100 * page_bytes), VirtAddr());
}

TEST(GapSearch, AnEmptySpaceIsOneGap) {
  const VmaSet none;
  EXPECT_EQ(find_gap(none, {.bytes = page_bytes, .within = page_range(1, 9)}), page_at(8));
  EXPECT_EQ(find_gap(none, {.bytes = 9 * page_bytes, .within = page_range(1, 9)}), std::nullopt);
}

}  // namespace signalbox::gap_search_test
