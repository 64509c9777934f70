#include "kernel/mm/space/mprotect.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::mprotect_test {

using namespace vma_flag;

constexpr VirtAddr at{0x10'0000};
constexpr std::uint32_t both = prot_read | prot_write;

TEST(Mprotect, SplitsAndMerges) {
  SpaceUnderTest space;
  space.fixed(at.value(), 4);
  EXPECT_TRUE(mprotect(space.map, at + page_bytes, page_bytes, prot_read));
  EXPECT_EQ(space.map.vmas().size(), 3U);
  EXPECT_EQ(space.map.counters().data, 3U);
  EXPECT_TRUE(mprotect(space.map, at, 4 * page_bytes, both));
  EXPECT_EQ(space.map.vmas().size(), 1U);
  EXPECT_EQ(space.pages.protected_ranges.size(), 2U);
}

TEST(Mprotect, WhatBecomesWritableIsPromisedAndStaysSo) {
  SpaceUnderTest space;
  space.fixed(at.value(), 4, prot_read);
  EXPECT_EQ(space.commits.committed_pages(), 0U);
  EXPECT_TRUE(mprotect(space.map, at, page_bytes, both));
  EXPECT_EQ(space.commits.committed_pages(), 1U);
  EXPECT_TRUE(mprotect(space.map, at, page_bytes, prot_read));
  EXPECT_EQ(space.commits.committed_pages(), 1U);
  EXPECT_EQ(space.map.vmas().size(), 2U) << "promised and not promised do not merge";
}

TEST(Mprotect, UnalignedIsEinval) {
  SpaceUnderTest space;
  EXPECT_EQ(errno_of(mprotect(space.map, at + 1, page_bytes, both)), Errno::einval);
}
TEST(Mprotect, BothGrowFlagsAreEinval) {
  SpaceUnderTest space;
  EXPECT_EQ(errno_of(mprotect(space.map, at, page_bytes, both | prot_growsdown | prot_growsup)), Errno::einval);
}
TEST(Mprotect, UnknownRightsAreEinval) {
  SpaceUnderTest space;
  EXPECT_EQ(errno_of(mprotect(space.map, at, page_bytes, 0x80)), Errno::einval);
}
TEST(Mprotect, NoLengthDoesNothing) {
  SpaceUnderTest space;
  EXPECT_TRUE(mprotect(space.map, at, 0, both));
}
TEST(Mprotect, LengthThatWrapsIsEnomem) {
  SpaceUnderTest space;
  space.fixed(at.value(), 1);
  EXPECT_EQ(errno_of(mprotect(space.map, at, ~std::uint64_t{0}, both)), Errno::enomem);
}
TEST(Mprotect, AHoleIsEnomemAndWhatIsBelowStaysChanged) {
  SpaceUnderTest space;
  space.fixed(at.value(), 1);
  space.fixed(at.value() + 2 * page_bytes, 1);
  EXPECT_EQ(errno_of(mprotect(space.map, at, 3 * page_bytes, prot_read)), Errno::enomem);
  EXPECT_FALSE(space.map.vmas().find(at)->has(write));
  EXPECT_TRUE(space.map.vmas().find(at + 2 * page_bytes)->has(write));
  EXPECT_EQ(errno_of(mprotect(space.map, at + page_bytes, page_bytes, prot_read)), Errno::enomem);
}
TEST(Mprotect, AboveTheObjectsRightsIsEacces) {
  SpaceUnderTest space;
  const MemoryObjectRef file = opened({.can_write = false});
  const VirtAddr shared_at = space.mapped({.bytes = 1, .prot = prot_read, .flags = map_shared, .object = file});
  EXPECT_EQ(errno_of(mprotect(space.map, shared_at, 1, both)), Errno::eacces);
  const VirtAddr private_at = space.mapped({.bytes = 1, .prot = prot_read, .flags = map_private, .object = file});
  EXPECT_TRUE(mprotect(space.map, private_at, 1, both)) << "a copy may be written";
}
TEST(Mprotect, ASplitOverTheLimitIsEnomem) {
  SpaceUnderTest space({.max_map_count = 1});
  space.fixed(at.value(), 3);
  EXPECT_EQ(errno_of(mprotect(space.map, at, page_bytes, prot_read)), Errno::enomem);
  EXPECT_TRUE(mprotect(space.map, at, 3 * page_bytes, prot_read));
}
TEST(Mprotect, WhatOvercommitRefusesIsEnomem) {
  SpaceUnderTest space({}, {.ram_pages = 2});
  space.fixed(at.value(), 3, prot_read);
  EXPECT_EQ(errno_of(mprotect(space.map, at, 3 * page_bytes, both)), Errno::enomem);
  EXPECT_EQ(space.commits.committed_pages(), 0U);
}
TEST(Mprotect, ARefusedSplitTakesThePromiseBack) {
  SpaceUnderTest space({.max_map_count = 1});
  space.fixed(at.value(), 3, prot_read);
  EXPECT_EQ(errno_of(mprotect(space.map, at, page_bytes, both)), Errno::enomem);
  EXPECT_EQ(space.commits.committed_pages(), 0U);
}
TEST(Mprotect, BeyondTheDataLimitIsEnomem) {
  SpaceUnderTest space;
  space.map.limits.data = page_bytes;
  space.fixed(at.value(), 3, prot_read);
  EXPECT_EQ(errno_of(mprotect(space.map, at, 2 * page_bytes, both)), Errno::enomem);
  EXPECT_TRUE(mprotect(space.map, at, page_bytes, both));
}
TEST(Mprotect, GrowsDownReachesToTheStacksBeginning) {
  SpaceUnderTest space;
  space.mapped({.hint = at, .bytes = 4 * page_bytes, .flags = map_private | map_anonymous | map_fixed | map_growsdown});
  EXPECT_TRUE(mprotect(space.map, at + 2 * page_bytes, page_bytes, prot_read | prot_growsdown));
  EXPECT_EQ(space.ranges(),
            (std::vector<PageRange>{{at, at + 3 * page_bytes}, {at + 3 * page_bytes, at + 4 * page_bytes}}));
  space.fixed(0x40'0000, 1);
  EXPECT_EQ(errno_of(mprotect(space.map, VirtAddr(0x40'0000), 1, both | prot_growsdown)), Errno::einval);
  EXPECT_EQ(errno_of(mprotect(space.map, VirtAddr(0x40'0000), 1, both | prot_growsup)), Errno::einval);
}

}  // namespace signalbox::mprotect_test
