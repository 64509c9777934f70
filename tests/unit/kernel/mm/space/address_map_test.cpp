#include "kernel/mm/space/address_map.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::address_map_test {

constexpr VirtAddr top{0x1000'0000};
constexpr std::uint64_t guard = std::uint64_t{256} * page_bytes;

struct Stack : testing::Test {
  Stack() {
    space.mapped({.hint = VirtAddr(top.value() - page_bytes),
                  .bytes = page_bytes,
                  .flags = map_private | map_anonymous | map_fixed | map_growsdown});
  }
  static VirtAddr below(std::uint64_t bytes) { return VirtAddr(top.value() - bytes); }
  Errno growing_to(VirtAddr at) { return errno_of(space.map.grow_stack(at)); }
  SpaceUnderTest space;
};

TEST_F(Stack, GrowsToThePageOfTheFault) {
  EXPECT_TRUE(space.map.grow_stack(below(3 * page_bytes - 5)));
  EXPECT_EQ(space.ranges(), (std::vector<PageRange>{{below(3 * page_bytes), top}}));
  EXPECT_EQ(space.map.counters(), (MapCounters{.total = 3, .stack = 3}));
  EXPECT_EQ(space.commits.committed_pages(), 3U);
  EXPECT_TRUE(space.map.grow_stack(below(page_bytes))) << "it is there";
}
TEST_F(Stack, BeyondItsLimitIsEnomem) {
  EXPECT_TRUE(space.map.grow_stack(below(std::uint64_t{8} << 20U)));
  EXPECT_EQ(growing_to(below((std::uint64_t{8} << 20U) + 1)), Errno::enomem);
}
TEST_F(Stack, IntoTheGuardGapIsEnomem) {
  space.fixed(below(4 * guard).value(), 1);
  const VirtAddr lowest = below(4 * guard) + page_bytes + guard;
  EXPECT_EQ(growing_to(VirtAddr(lowest.value() - 1)), Errno::enomem);
  EXPECT_TRUE(space.map.grow_stack(lowest));
}
TEST_F(Stack, WhatMayNotBeUsedIsAGuardItself) {
  space.fixed(below(4 * guard).value(), 1, prot_none);
  EXPECT_TRUE(space.map.grow_stack(below(4 * guard) + page_bytes));
}
TEST_F(Stack, BeyondAnotherLimitIsEnomem) {
  space.map.limits.address_space = 2 * page_bytes;
  EXPECT_EQ(growing_to(below(3 * page_bytes)), Errno::enomem);
  EXPECT_EQ(space.map.counters().total, 1U);
}
TEST_F(Stack, WithoutAStackAboveIsEfault) { EXPECT_EQ(growing_to(top), Errno::efault); }
TEST(LowStack, BelowTheLowestAddressIsEperm) {
  SpaceUnderTest space;
  space.mapped({.hint = VirtAddr(65'536),
                .bytes = page_bytes,
                .flags = map_private | map_anonymous | map_fixed | map_growsdown});
  EXPECT_EQ(errno_of(space.map.grow_stack(VirtAddr(65'535))), Errno::eperm);
}
TEST_F(Stack, NothingIsPlacedInItsGuard) {
  const VirtAddr hint = below(guard);
  EXPECT_NE(space.mapped({.hint = hint, .bytes = 1}), hint);
  const VirtAddr far = below(guard + 2 * page_bytes);
  EXPECT_EQ(space.mapped({.hint = far, .bytes = page_bytes}), far);
}

TEST(AddressMap, CountsPagesByWhatTheyAreFor) {
  SpaceUnderTest space;
  space.fixed(0x10'0000, 1, prot_read | prot_exec);
  space.fixed(0x20'0000, 2, prot_read);
  space.fixed(0x30'0000, 4);
  EXPECT_EQ(space.map.counters(), (MapCounters{.total = 7, .data = 4, .code = 1}));
  EXPECT_EQ(space.map.mapped_pages({VirtAddr(0x10'0000), VirtAddr(0x30'1000)}), 4U);
}

TEST(AddressMap, AtItsEndGivesItsPromisesBack) {
  CommitAccount commits({.ram_pages = 100});
  RecordedPages pages;
  {
    AddressMap map(plain_layout({}), {}, commits, pages);
    ASSERT_TRUE(mmap(map, {.bytes = 10 * page_bytes}));
    EXPECT_EQ(commits.committed_pages(), 10U);
  }
  EXPECT_EQ(commits.committed_pages(), 0U);
  EXPECT_EQ(pages.discarded.size(), 1U);
}

// A gap that opens, or that a smaller request fits, is found again.
TEST(AddressMap, LooksAboveItsLastSearchWhenItMust) {
  SpaceUnderTest space;
  const VirtAddr high = space.mapped({.bytes = 4 * page_bytes});
  EXPECT_TRUE(munmap(space.map, high + page_bytes, page_bytes));
  const VirtAddr low = space.mapped({.bytes = 2 * page_bytes});
  EXPECT_LT(low, high);
  EXPECT_EQ(space.mapped({.bytes = page_bytes}), high + page_bytes);
  EXPECT_TRUE(munmap(space.map, high + 2 * page_bytes, page_bytes));
  EXPECT_EQ(space.mapped({.bytes = page_bytes}), high + 2 * page_bytes);
}

// Every second page has other rights, up to vm.max_map_count.
TEST(AddressMap, HoldsAsManyVmasAsLinux) {
  SpaceUnderTest space({}, {.mode = OvercommitMode::always});
  std::size_t count = 0;
  while (mmap(space.map, {.bytes = 1, .prot = count % 2 == 0 ? prot_read : prot_exec}).has_value()) ++count;
  EXPECT_EQ(count, default_max_map_count + 1);
}

}  // namespace signalbox::address_map_test
