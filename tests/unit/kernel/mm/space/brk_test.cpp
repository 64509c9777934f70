#include "kernel/mm/space/brk.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::brk_test {

constexpr VirtAddr heap{0x60'0000};
constexpr VirtAddr two_pages = heap + 2 * page_bytes;

struct Brk : testing::Test {
  Brk() {
    space.map.parts = {.data_begin = VirtAddr(0x5f'0000), .data_end = heap, .heap_begin = heap, .heap_end = heap};
  }
  // The break stays where it is, and nothing else changes either.
  void expect_refused(VirtAddr to) {
    const VirtAddr before = space.map.parts.heap_end;
    const MapCounters counters = space.map.counters();
    EXPECT_EQ(brk(space.map, to), before);
    EXPECT_EQ(space.map.counters(), counters);
  }
  SpaceUnderTest space;
};

TEST_F(Brk, GrowsAndShrinksByPages) {
  EXPECT_EQ(brk(space.map, heap + 1), heap + 1);
  EXPECT_EQ(brk(space.map, two_pages), two_pages);
  EXPECT_EQ(space.ranges(), (std::vector<PageRange>{{heap, two_pages}}));
  EXPECT_EQ(space.map.counters(), (MapCounters{.total = 2, .data = 2}));
  EXPECT_EQ(brk(space.map, heap + 1), heap + 1);
  EXPECT_EQ(space.commits.committed_pages(), 1U);
  EXPECT_EQ(brk(space.map, heap), heap);
  EXPECT_TRUE(space.ranges().empty());
}

TEST_F(Brk, BelowTheHeapAnswersTheOldBreak) { expect_refused(heap + (0 - page_bytes)); }
TEST_F(Brk, BeyondTheDataLimitAnswersTheOldBreak) {
  space.map.limits.data = 0x1'0000 + page_bytes;  // the program's data counts
  expect_refused(heap + page_bytes + 1);
  EXPECT_EQ(brk(space.map, heap + page_bytes), heap + page_bytes);
}
TEST_F(Brk, BeyondTheAddressSpaceLimitAnswersTheOldBreak) {
  space.map.limits.address_space = page_bytes;
  expect_refused(two_pages);
}
TEST_F(Brk, NextToAnotherVmaAnswersTheOldBreak) {
  space.fixed(two_pages.value(), 1, prot_read);
  expect_refused(two_pages);
  EXPECT_EQ(brk(space.map, heap + page_bytes), heap + page_bytes);
}
TEST_F(Brk, AStackAboveKeepsItsGuard) {
  space.mapped({.hint = VirtAddr(0x80'0000),
                .bytes = page_bytes,
                .flags = map_private | map_anonymous | map_fixed | map_growsdown});
  expect_refused(VirtAddr(0x70'0000));
  EXPECT_EQ(brk(space.map, VirtAddr(0x6f'f000)), VirtAddr(0x6f'f000));
}
TEST_F(Brk, WhatOvercommitRefusesAnswersTheOldBreak) { expect_refused(heap + (std::uint64_t{300'000} << page_shift)); }
TEST_F(Brk, BeyondTheSpaceAnswersTheOldBreak) { expect_refused(VirtAddr(0x8000'0000'0000)); }
TEST_F(Brk, AHeapThatWasUnmappedDoesNotShrink) {
  EXPECT_EQ(brk(space.map, two_pages), two_pages);
  EXPECT_TRUE(munmap(space.map, heap, 2 * page_bytes));
  expect_refused(heap);
}

TEST_F(Brk, SbrkAnswersTheOldBreak) {
  EXPECT_EQ(sbrk(space.map, 0).value(), heap);
  EXPECT_EQ(sbrk(space.map, 5000).value(), heap);
  EXPECT_EQ(sbrk(space.map, -1000).value(), heap + 5000);
  EXPECT_EQ(space.map.parts.heap_end, heap + 4000);
  EXPECT_EQ(errno_of(sbrk(space.map, -4001)), Errno::enomem);
}

}  // namespace signalbox::brk_test
