#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::space_changes_test {

class SpaceChanges : public ::testing::Test {
 protected:
  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(SpaceChanges, UnmappedPagesAndTheirTablesAreBack) {
  const std::uint32_t before = machine_.used_frames();
  const VirtAddr at = map_pages(*space_, 1024);
  for (std::uint64_t page = 0; page < 1024; page += 10) ASSERT_TRUE(machine_.store(*space_, at + page * page_bytes, 1));
  const std::uint64_t generation = space_->generation();
  ASSERT_TRUE(munmap(space_->map(), at, 1024 * page_bytes));
  EXPECT_EQ(machine_.used_frames(), before);
  EXPECT_GT(space_->generation(), generation);
  EXPECT_EQ(space_->resident(), (ResidentCounters{.peak = 103}));
}

// As mmu_gather does: other CPUs are interrupted once, however many mappings and tables go.
TEST_F(SpaceChanges, CpusAreToldOnceOfAllThatACallUnmaps) {
  const VirtAddr at = map_pages(*space_, 5);
  for (std::uint64_t page = 0; page < 5; ++page) ASSERT_TRUE(machine_.store(*space_, at + page * page_bytes, 1));
  ASSERT_TRUE(mprotect(space_->map(), at + 2 * page_bytes, page_bytes, prot_read));
  const std::uint64_t generation = space_->generation();
  ASSERT_TRUE(munmap(space_->map(), at + page_bytes, 3 * page_bytes));
  EXPECT_EQ(space_->generation(), generation + 1);
  for (std::uint64_t page = 1; page < 4; ++page)
    EXPECT_EQ(machine_.load(*space_, at + page * page_bytes), std::nullopt) << page;
  ASSERT_TRUE(munmap(space_->map(), at, 5 * page_bytes));
  EXPECT_EQ(space_->generation(), generation + 2);
  ASSERT_TRUE(munmap(space_->map(), at, 5 * page_bytes));
  EXPECT_EQ(space_->generation(), generation + 2);
}

TEST_F(SpaceChanges, TableThatANeighbourUsesStays) {
  const VirtAddr at = map_pages(*space_, 2);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 2));
  ASSERT_TRUE(munmap(space_->map(), at, page_bytes));
  EXPECT_EQ(space_->tables().table_frames(), 4U);
  EXPECT_EQ(machine_.load(*space_, at + page_bytes), 2U);
}

TEST_F(SpaceChanges, RightsFollowTheMapping) {
  const VirtAddr at = map_pages(*space_, 2);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  machine_.load(*space_, at + page_bytes);
  ASSERT_TRUE(mprotect(space_->map(), at, 2 * page_bytes, prot_read | prot_exec));
  EXPECT_FALSE(machine_.entry(*space_, at).has(page_bit::writable));
  EXPECT_FALSE(machine_.entry(*space_, at).has(page_bit::no_execute));
  EXPECT_FALSE(machine_.store(*space_, at, 2));
  ASSERT_TRUE(mprotect(space_->map(), at, 2 * page_bytes, prot_read | prot_write));
  EXPECT_TRUE(machine_.entry(*space_, at).has(page_bit::writable));
  EXPECT_FALSE(machine_.entry(*space_, at + page_bytes).has(page_bit::writable));  // the page of zeros
}

// Else a write after mprotect would be seen by the other.
TEST_F(SpaceChanges, PageOfTwoDoesNotBecomeWritable) {
  const VirtAddr at = map_pages(*space_, 1);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  const auto child = machine_.fork(*space_);
  ASSERT_TRUE(mprotect(space_->map(), at, page_bytes, prot_read));
  ASSERT_TRUE(mprotect(space_->map(), at, page_bytes, prot_read | prot_write));
  EXPECT_FALSE(machine_.entry(*space_, at).has(page_bit::writable));
  ASSERT_TRUE(machine_.store(*space_, at, 2));
  EXPECT_EQ(machine_.load(*child, at), 1U);
}

TEST_F(SpaceChanges, PagesMoveWithTheirMappingAndThoseInSwapToo) {
  const VirtAddr at = map_pages(*space_, 4);
  for (std::uint64_t page = 0; page < 3; ++page) ASSERT_TRUE(machine_.store(*space_, at + page * page_bytes, page + 1));
  machine_.evict(machine_.entry(*space_, at + page_bytes).frame());
  const std::uint64_t copies = machine_.memory.events().copies;
  const auto moved = mremap(space_->map(), {.at = at,
                                            .old_bytes = 4 * page_bytes,
                                            .new_bytes = 4 * page_bytes,
                                            .flags = mremap_maymove | mremap_fixed,
                                            .new_at = VirtAddr(0x5000'0000)});
  ASSERT_TRUE(moved);
  EXPECT_EQ(machine_.memory.records().mappings_of(machine_.entry(*space_, moved->at).frame()),
            (PageRecords::Mappings{{space_.get(), moved->at}}));
  for (std::uint64_t page = 0; page < 3; ++page)
    EXPECT_EQ(machine_.load(*space_, moved->at + page * page_bytes), page + 1);
  EXPECT_EQ(machine_.load(*space_, moved->at + 3 * page_bytes), 0U);
  EXPECT_EQ(machine_.memory.events().copies, copies);
  EXPECT_EQ(machine_.first_step(*space_, at, Access::read).step, FaultPlan::Step::segv_no_mapping);
}

TEST_F(SpaceChanges, MoveWithoutAFrameForTablesIsEnomemAndChangesNothing) {
  const VirtAddr at = map_pages(*space_, 1024);
  for (const std::uint64_t page : {0U, 600U}) ASSERT_TRUE(machine_.store(*space_, at + page * page_bytes, page + 1));
  const std::uint32_t frames = machine_.used_frames();
  const MapCounters counters = space_->map().counters();
  const std::uint64_t promised = machine_.memory.commits().committed_pages();
  const MremapRequest request{.at = at,
                              .old_bytes = 1024 * page_bytes,
                              .new_bytes = 1024 * page_bytes,
                              .flags = mremap_maymove | mremap_fixed,
                              .new_at = VirtAddr(0x5000'0000)};
  for (std::uint64_t n = 0; n < 4; ++n) {
    machine_.memory.frames().refuse_after(n);
    EXPECT_EQ(mremap(space_->map(), request).error(), Errno::enomem) << n;
    EXPECT_EQ(machine_.used_frames(), frames) << n;
    EXPECT_EQ(space_->map().counters(), counters);
    EXPECT_EQ(machine_.memory.commits().committed_pages(), promised);
  }
  machine_.memory.frames().refuse_after(PhysicalMemory::never);
  EXPECT_EQ(machine_.load(*space_, at + 600 * page_bytes), 601U);
  ASSERT_TRUE(mremap(space_->map(), request));
  EXPECT_EQ(machine_.load(*space_, VirtAddr(0x5000'0000) + 600 * page_bytes), 601U);
}

TEST_F(SpaceChanges, LockedPagesCannotBeReclaimedUntilNoLockIsLeft) {
  const PageLists& lists = machine_.memory.shortage().lists();
  const VirtAddr at = map_pages(*space_, 2);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  ASSERT_TRUE(mlock(space_->map(), at, 2 * page_bytes, 0));
  const FrameNumber page = machine_.entry(*space_, at).frame();
  EXPECT_EQ(lists.list_of(page), PageList::unevictable);
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 1));
  EXPECT_EQ(lists.size(PageList::unevictable), 2U);
  EXPECT_TRUE(machine_.memory.take_references(page).is_locked);
  ASSERT_TRUE(munlock(space_->map(), at, 2 * page_bytes));
  EXPECT_EQ(lists.size(PageList::unevictable), 0U);
  EXPECT_EQ(lists.list_of(page), PageList::inactive_anonymous);
}

TEST_F(SpaceChanges, LockGoesWithItsMapping) {
  const PageLists& lists = machine_.memory.shortage().lists();
  const VirtAddr at = map_pages(*space_, 1);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  const auto child = machine_.fork(*space_);
  ASSERT_TRUE(mlock(space_->map(), at, page_bytes, 0));
  EXPECT_EQ(lists.size(PageList::unevictable), 1U);
  ASSERT_TRUE(munmap(space_->map(), at, page_bytes));
  EXPECT_EQ(lists.size(PageList::unevictable), 0U);
  EXPECT_EQ(machine_.load(*child, at), 1U);
}

}  // namespace signalbox::space_changes_test
