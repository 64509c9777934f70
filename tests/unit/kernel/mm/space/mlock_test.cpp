#include "kernel/mm/space/mlock.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::mlock_test {

using namespace vma_flag;

constexpr VirtAddr at{0x10'0000};

TEST(Mlock, LocksThePagesThatAreTouched) {
  SpaceUnderTest space;
  space.fixed(at.value(), 4);
  EXPECT_EQ(mlock(space.map, at + 4095, 2).value(), (PageRange{at, at + 2 * page_bytes}));
  EXPECT_EQ(space.map.counters().locked, 2U);
  EXPECT_EQ(space.map.vmas().size(), 2U);
  EXPECT_TRUE(munlock(space.map, at, 1));
  EXPECT_EQ(space.map.counters().locked, 1U);
  EXPECT_TRUE(munlock(space.map, at, 4 * page_bytes));
  EXPECT_EQ(space.map.vmas().size(), 1U);
}

TEST(Mlock, OnFaultPopulatesNothing) {
  SpaceUnderTest space;
  space.fixed(at.value(), 1);
  EXPECT_EQ(mlock(space.map, at, 1, mlock_onfault).value().bytes(), 0U);
  EXPECT_TRUE(space.map.vmas().find(at)->has(all_locks));
}

TEST(Mlock, NothingAllowedIsEperm) {
  SpaceUnderTest space;
  space.fixed(at.value(), 1);
  space.map.limits.locked = 0;
  EXPECT_EQ(errno_of(mlock(space.map, at, 1)), Errno::eperm);
  space.map.limits.may_lock = true;
  EXPECT_TRUE(mlock(space.map, at, 1));
}
TEST(Mlock, BeyondTheLimitIsEnomem) {
  SpaceUnderTest space;
  space.fixed(at.value(), 3);
  space.map.limits.locked = 2 * page_bytes;
  EXPECT_EQ(errno_of(mlock(space.map, at, 3 * page_bytes)), Errno::enomem);
  EXPECT_TRUE(mlock(space.map, at, 2 * page_bytes));
  EXPECT_TRUE(mlock(space.map, at, 2 * page_bytes)) << "what is locked already does not count twice";
  EXPECT_EQ(errno_of(mlock(space.map, at, 3 * page_bytes)), Errno::enomem);
  EXPECT_EQ(space.map.counters().locked, 2U);
}
TEST(Mlock, AHoleIsEnomemAndWhatIsBelowStaysLocked) {
  SpaceUnderTest space;
  space.fixed(at.value(), 1);
  EXPECT_EQ(errno_of(mlock(space.map, at, 2 * page_bytes)), Errno::enomem);
  EXPECT_EQ(space.map.counters().locked, 1U);
  EXPECT_EQ(errno_of(munlock(space.map, at, 2 * page_bytes)), Errno::enomem);
  EXPECT_EQ(space.map.counters().locked, 0U);
}
TEST(Mlock, UnknownFlagsOrARangeThatWrapsAreEinval) {
  SpaceUnderTest space;
  EXPECT_EQ(errno_of(mlock(space.map, at, 1, 2)), Errno::einval);
  space.map.limits.may_lock = true;
  EXPECT_EQ(errno_of(mlock(space.map, at, 0 - page_bytes)), Errno::einval);
}
TEST(Mlock, ASplitOverTheLimitIsEnomem) {
  SpaceUnderTest space({.max_map_count = 1});
  space.fixed(at.value(), 2);
  EXPECT_EQ(errno_of(mlock(space.map, at, 1)), Errno::enomem);
  EXPECT_EQ(space.map.counters().locked, 0U);
}
TEST(Mlock, AFailedPopulationIsEagain) {
  EXPECT_EQ(mlock_error(Errno::enomem), Errno::eagain);
  EXPECT_EQ(mlock_error(Errno::efault), Errno::enomem);
  EXPECT_EQ(mlock_error(Errno::eintr), Errno::eintr);
}

TEST(Mlock, PagesHearOfWhatChangesAlone) {
  SpaceUnderTest space;
  space.fixed(0x10000, 4);
  ASSERT_TRUE(mlock(space.map, VirtAddr(0x10000), 2 * page_bytes, 0));
  EXPECT_EQ(space.pages.relocked, (std::vector<PageRange>{page_range(16, 18)}));
  ASSERT_TRUE(mlock(space.map, VirtAddr(0x10000), 2 * page_bytes, 0));
  EXPECT_EQ(space.pages.relocked.size(), 1U);
  ASSERT_TRUE(munlock(space.map, VirtAddr(0x11000), 3 * page_bytes));
  EXPECT_EQ(space.pages.relocked.size(), 2U);
  EXPECT_EQ(space.pages.relocked.back(), page_range(17, 18));
}

}  // namespace signalbox::mlock_test
