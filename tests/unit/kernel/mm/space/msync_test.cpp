#include "kernel/mm/space/msync.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/mlock.hpp"
#include "tests/support/address_maps.hpp"

namespace signalbox::msync_test {

constexpr VirtAddr at{0x10'0000};

struct Msync : testing::Test {
  Msync() {
    for (const std::uint64_t page : {0U, 2U})
      space.mapped({.hint = at + page * page_bytes,
                    .bytes = page_bytes,
                    .flags = map_shared | map_fixed,
                    .object = file,
                    .offset = (10 + page) * page_bytes});
  }
  MemoryObjectRef file = opened();
  SpaceUnderTest space;
};

TEST_F(Msync, WritesBackWhatIsSharedAndReportsAHoleAtTheEnd) {
  const SyncPlan plan = msync(space.map, at, 3 * page_bytes, ms_sync);
  EXPECT_EQ(plan.writes, (std::vector<ObjectRange>{{file, 10 * page_bytes, 11 * page_bytes - 1},
                                                   {file, 12 * page_bytes, 13 * page_bytes - 1}}));
  EXPECT_EQ(plan.error, Errno::enomem);
  EXPECT_EQ(msync(space.map, at, 1, ms_sync).error, std::nullopt);
}
TEST_F(Msync, PrivateAndAnonymousPagesAreNotWritten) {
  space.fixed(at.value(), 3);
  const SyncPlan plan = msync(space.map, at, 3 * page_bytes, ms_sync);
  EXPECT_TRUE(plan.writes.empty());
  EXPECT_EQ(plan.error, std::nullopt);
}
TEST_F(Msync, AsyncAloneStopsAtAHole) {
  const SyncPlan plan = msync(space.map, at, 3 * page_bytes, ms_async);
  EXPECT_TRUE(plan.writes.empty());
  EXPECT_EQ(plan.error, Errno::enomem);
}
TEST_F(Msync, BadFlagsOrAlignmentAreEinval) {
  EXPECT_EQ(msync(space.map, at, 1, 8).error, Errno::einval);
  EXPECT_EQ(msync(space.map, at, 1, ms_sync | ms_async).error, Errno::einval);
  EXPECT_EQ(msync(space.map, at + 1, 1, ms_sync).error, Errno::einval);
}
TEST_F(Msync, InvalidatingLockedPagesIsEbusy) {
  EXPECT_TRUE(mlock(space.map, at + 2 * page_bytes, 1));
  const SyncPlan plan = msync(space.map, at, 3 * page_bytes, ms_sync | ms_invalidate);
  EXPECT_EQ(plan.error, Errno::ebusy);
  EXPECT_EQ(plan.writes.size(), 1U);
}
TEST_F(Msync, ARangeThatWrapsIsEnomem) {
  EXPECT_EQ(msync(space.map, at, 0 - page_bytes, ms_sync).error, Errno::enomem);
  EXPECT_EQ(msync(space.map, at + page_bytes, 0, ms_sync).error, std::nullopt);
}
TEST_F(Msync, MappingsMayChangeBetweenTheSteps) {
  const PageRange range = sync_range(at, 3 * page_bytes, ms_sync).value();
  const SyncStep first = sync_step(space.map, range, ms_sync);
  EXPECT_EQ(first.next, at + page_bytes);
  EXPECT_EQ(first.error, std::nullopt);
  EXPECT_TRUE(munmap(space.map, at, 4 * page_bytes));
  const SyncStep second = sync_step(space.map, {first.next, range.end}, ms_sync);
  EXPECT_EQ(second.write.object, nullptr);
  EXPECT_EQ(second.next, range.end);
  EXPECT_EQ(second.error, Errno::enomem);
}
TEST_F(Msync, NothingUpToTheEndIsEnomem) {
  EXPECT_EQ(msync(space.map, at + 3 * page_bytes, 1, ms_sync).error, Errno::enomem);
}

}  // namespace signalbox::msync_test
