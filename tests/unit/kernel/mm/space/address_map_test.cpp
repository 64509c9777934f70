#include "kernel/mm/space/address_map.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/mprotect.hpp"
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
TEST_F(Stack, WhatIsTakenAwayStaysInThePeak) {
  EXPECT_TRUE(space.map.grow_stack(below(3 * page_bytes)));
  EXPECT_EQ(space.map.peak_total(), 3U);
  EXPECT_TRUE(space.map.remove({below(3 * page_bytes), below(page_bytes)}));
  EXPECT_EQ(space.map.counters().total, 1U);
  EXPECT_EQ(space.map.peak_total(), 3U);
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

// Tables may go between what is left on both sides.
TEST(AddressMap, TellsWhatHoleARemovalLeaves) {
  SpaceUnderTest space;
  space.fixed(0x10000, 8);
  ASSERT_TRUE(space.map.remove(page_range(18, 20)));
  ASSERT_TRUE(space.map.remove(page_range(20, 24)));
  ASSERT_TRUE(space.map.remove(page_range(30, 40)));
  EXPECT_EQ(space.pages.trimmed, (std::vector<PageRange>{page_range(18, 20), {page_at(18), space.map.layout().end}}));
}

TEST(AddressMap, ChildHasTheVmasOfItsParentUnlocked) {
  SpaceUnderTest parent;
  parent.map.limits.data = 1U << 30U;
  parent.map.parts.heap_begin = page_at(3);
  parent.fixed(0x10000, 2);
  parent.fixed(0x20000, 2, prot_read);
  parent.fixed(0x30000, 2);
  parent.fixed(0x40000, 2);
  ASSERT_TRUE(
      parent.map.change_flags(page_range(16, 17), parent.map.vmas().find(page_at(16))->flags | vma_flag::locked));
  ASSERT_TRUE(
      parent.map.change_flags(page_range(48, 50), parent.map.vmas().find(page_at(48))->flags | vma_flag::not_in_fork));
  parent.map.prepare_family(*parent.map.vmas().find(page_at(64)));
  SpaceUnderTest child;
  ASSERT_TRUE(child.map.copy_from(parent.map));
  EXPECT_EQ(child.ranges(),
            (std::vector<PageRange>{page_range(16, 17), page_range(17, 18), page_range(32, 34), page_range(64, 66)}));
  EXPECT_EQ(child.map.counters().locked, 0U);
  EXPECT_EQ(child.map.counters().total, 6U);
  EXPECT_EQ(child.commits.committed_pages(), 4U);
  EXPECT_EQ(child.map.vmas().find(page_at(64))->anon_family, 1U);
  EXPECT_EQ(child.map.limits.data, parent.map.limits.data);
  EXPECT_EQ(child.map.parts, parent.map.parts);
}

// As far as mprotect could make them one.
TEST(AddressMap, NeighboursShareAFamily) {
  SpaceUnderTest space;
  space.fixed(0x10000, 6);
  ASSERT_TRUE(mprotect(space.map, page_at(18), 2 * page_bytes, prot_read));
  space.fixed(0x20000, 2);
  const auto family = [&](std::uint64_t page) { return space.map.vmas().find(page_at(page))->anon_family; };
  for (const std::uint64_t page : {18U, 16U, 20U, 32U}) space.map.prepare_family(*space.map.vmas().find(page_at(page)));
  EXPECT_EQ(family(18), 1U);
  EXPECT_EQ(family(16), 1U);
  EXPECT_EQ(family(20), 1U);
  EXPECT_EQ(family(32), 2U);
}

TEST(AddressMap, PagesAreToldWhereMappingsPart) {
  SpaceUnderTest space;
  const VirtAddr at = mmap(space.map, {.bytes = 8 * page_bytes, .flags = map_private | map_anonymous}).value().at;
  const PageRange part{at + page_bytes, at + 3 * page_bytes};
  ASSERT_TRUE(space.map.change_flags(part, space.map.vmas().find(at)->flags | vma_flag::huge));
  ASSERT_TRUE(space.map.remove({at + 5 * page_bytes, at + 6 * page_bytes}));
  EXPECT_EQ(space.pages.cuts, (std::vector{part, PageRange{at + 5 * page_bytes, at + 6 * page_bytes}}));
}

}  // namespace signalbox::address_map_test
