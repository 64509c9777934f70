#include <gtest/gtest.h>

#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::huge_faults_test {

constexpr VirtAddr first_huge(0x4000'0000);

class HugeFaults : public ::testing::Test {
 protected:
  VirtAddr map_at(UserSpace& space, VirtAddr at, std::uint64_t bytes) {
    return mmap(space.map(), {.hint = at, .bytes = bytes, .flags = map_private | map_anonymous | map_fixed}).value().at;
  }
  const MemoryEvents& events() const { return machine_.memory.events(); }

  PagedMachine machine_{8192, 0, {.huge_pages = HugePagePolicy::always}};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(HugeFaults, AWriteMapsAWholeBlockWithOneFault) {
  map_at(*space_, first_huge, 2 * huge_page_bytes);
  const std::uint32_t before = machine_.used_frames();
  ASSERT_TRUE(machine_.store(*space_, first_huge + 0x12345, 7));
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  EXPECT_FALSE(space_->is_huge_at(first_huge + huge_page_bytes));
  EXPECT_EQ(space_->resident().anonymous, huge_page_frames);
  EXPECT_EQ(machine_.work, (MemoryWork{.pages_mapped = 1, .pages_zeroed = huge_page_frames, .tables_made = 3}))
      << "a table for each upper level, and one put aside";
  EXPECT_EQ(machine_.used_frames(), before + huge_page_frames + 3);
  EXPECT_EQ(events().huge_faults, 1U);
  ASSERT_TRUE(machine_.store(*space_, first_huge + 5 * page_bytes, 8));
  EXPECT_EQ(events().faults, 1U);
  EXPECT_EQ(machine_.load(*space_, first_huge + 0x12345), 7U);
  EXPECT_EQ(machine_.load(*space_, first_huge + 6 * page_bytes), 0U);
}

TEST_F(HugeFaults, WhatDoesNotFitTheMappingIsSmall) {
  map_at(*space_, first_huge + page_bytes, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge + page_bytes, 7));
  ASSERT_TRUE(machine_.store(*space_, first_huge + huge_page_bytes, 7));
  EXPECT_EQ(space_->resident().anonymous, 2U);
  EXPECT_EQ(events().huge_fault_fallbacks, 0U) << "it never could have been";
}

TEST_F(HugeFaults, WithoutABlockPagesAreSmallAndThatIsCounted) {
  PagedMachine small(500, 0, {.overcommit = OvercommitMode::always, .huge_pages = HugePagePolicy::always});
  const auto space = small.new_space();
  map_at(*space, first_huge, huge_page_bytes);
  ASSERT_TRUE(small.store(*space, first_huge, 7));
  EXPECT_FALSE(space->is_huge_at(first_huge));
  EXPECT_EQ(small.memory.events().huge_fault_fallbacks, 1U);
  EXPECT_EQ(space->resident().anonymous, 1U);
}

TEST_F(HugeFaults, AReadMapsTheHugePageOfZerosAndAWriteSplitsIt) {
  map_at(*space_, first_huge, huge_page_bytes);
  EXPECT_EQ(machine_.load(*space_, first_huge + 8), 0U);
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  EXPECT_EQ(space_->resident().anonymous, 0U);
  EXPECT_EQ(events().huge_zero_pages, 1U);
  ASSERT_TRUE(machine_.store(*space_, first_huge + 3 * page_bytes, 7));
  EXPECT_FALSE(space_->is_huge_at(first_huge));
  EXPECT_EQ(space_->resident().anonymous, 1U);
  EXPECT_EQ(machine_.entry(*space_, first_huge).frame(), machine_.memory.zero_page());
  EXPECT_EQ(events().huge_entry_splits, 1U);
  EXPECT_EQ(events().huge_page_splits, 0U) << "the page of zeros stays whole";
}

TEST_F(HugeFaults, AdviceDecidesWhereTheMachineLeavesItToAdvice) {
  PagedMachine machine(8192, 0, {.huge_pages = HugePagePolicy::madvise});
  const auto space = machine.new_space();
  map_at(*space, first_huge, 2 * huge_page_bytes);
  ASSERT_TRUE(madvise(space->map(), first_huge, huge_page_bytes, madv_hugepage));
  ASSERT_TRUE(machine.store(*space, first_huge, 7));
  ASSERT_TRUE(machine.store(*space, first_huge + huge_page_bytes, 7));
  EXPECT_TRUE(space->is_huge_at(first_huge));
  EXPECT_FALSE(space->is_huge_at(first_huge + huge_page_bytes));
  ASSERT_TRUE(madvise(space_->map(), map_at(*space_, first_huge, huge_page_bytes), huge_page_bytes, madv_nohugepage));
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  EXPECT_FALSE(space_->is_huge_at(first_huge));
}

TEST_F(HugeFaults, ForkSharesTheBlockAndAWriteCopiesOnePageOfIt) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const std::uint32_t before = machine_.used_frames();
  auto child = machine_.fork(*space_);
  EXPECT_EQ(machine_.used_frames(), before + 4) << "its tables, and the one that it has put aside";
  EXPECT_TRUE(child->is_huge_at(first_huge));
  EXPECT_EQ(child->resident().anonymous, huge_page_frames);
  EXPECT_EQ(machine_.memory.huge_pages().mappings(machine_.entry(*space_, first_huge).frame()), 2U);
  ASSERT_TRUE(machine_.store(*child, first_huge + page_bytes, 8));
  EXPECT_FALSE(child->is_huge_at(first_huge));
  EXPECT_TRUE(space_->is_huge_at(first_huge)) << "the parent's entry stays";
  EXPECT_EQ(machine_.used_frames(), before + 4 + 1) << "the page; its table was put aside";
  EXPECT_EQ(machine_.load(*space_, first_huge + page_bytes), 0U);
  EXPECT_EQ(machine_.load(*child, first_huge), 7U);
  EXPECT_EQ(events().huge_page_splits, 0U);
  space_.reset();
  EXPECT_EQ(events().huge_page_splits, 1U) << "only small entries are left";
  EXPECT_EQ(machine_.load(*child, first_huge), 7U);
  EXPECT_EQ(child->resident().anonymous, huge_page_frames);
}

TEST_F(HugeFaults, WhoIsLeftAloneMayWriteTheWholeBlockAgain) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  machine_.fork(*space_).reset();
  ASSERT_TRUE(machine_.store(*space_, first_huge + page_bytes, 8));
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  EXPECT_EQ(events().copies, 0U);
}

TEST_F(HugeFaults, AChildThatCannotPutATableAsideIsRefusedAndNothingIsLost) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const std::uint32_t before = machine_.used_frames();
  MemoryWork work;
  for (std::uint64_t n = 0; n < 4; ++n) {
    machine_.memory.frames().refuse_after(n);
    EXPECT_EQ(space_->fork(AddressSpaceId(77), work).error(), Errno::enomem) << n;
    EXPECT_EQ(machine_.used_frames(), before);
  }
  machine_.memory.frames().refuse_after(4);
  EXPECT_TRUE(space_->fork(AddressSpaceId(77), work));
  EXPECT_EQ(machine_.used_frames(), before);
}

TEST_F(HugeFaults, UnmappingAPartGivesItsFramesBack) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge + (huge_page_bytes - 8), 7));
  const std::uint32_t before = machine_.used_frames();
  ASSERT_TRUE(munmap(space_->map(), first_huge, 10 * page_bytes));
  EXPECT_EQ(machine_.used_frames(), before - 10);
  EXPECT_EQ(space_->resident().anonymous, huge_page_frames - 10);
  EXPECT_EQ(events().huge_entry_splits, 1U);
  EXPECT_EQ(events().huge_page_splits, 1U);
  EXPECT_EQ(machine_.load(*space_, first_huge + (huge_page_bytes - 8)), 7U);
  EXPECT_FALSE(machine_.load(*space_, first_huge));
}

TEST_F(HugeFaults, MappingsThatPartCutThroughTheBlock) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  ASSERT_TRUE(madvise(space_->map(), first_huge, page_bytes, madv_dontfork));
  EXPECT_FALSE(space_->is_huge_at(first_huge));
  const auto child = machine_.fork(*space_);
  EXPECT_EQ(child->resident().anonymous, huge_page_frames - 1);
}

TEST_F(HugeFaults, ProtectionOfAllKeepsTheBlockAndOneFaultGivesTheRightBack) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  ASSERT_TRUE(mprotect(space_->map(), first_huge, huge_page_bytes, prot_none));
  EXPECT_FALSE(machine_.load(*space_, first_huge));
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  ASSERT_TRUE(mprotect(space_->map(), first_huge, huge_page_bytes, prot_read | prot_write));
  EXPECT_EQ(machine_.load(*space_, first_huge), 7U);
  const std::uint64_t faults = events().faults;
  ASSERT_TRUE(machine_.store(*space_, first_huge + page_bytes, 8));
  ASSERT_TRUE(machine_.store(*space_, first_huge + 2 * page_bytes, 8));
  EXPECT_EQ(events().faults, faults + 1);
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  ASSERT_TRUE(mprotect(space_->map(), first_huge, page_bytes, prot_read));
  EXPECT_FALSE(space_->is_huge_at(first_huge));
  EXPECT_FALSE(machine_.store(*space_, first_huge, 9));
  EXPECT_TRUE(machine_.store(*space_, first_huge + page_bytes, 9));
}

TEST_F(HugeFaults, MoveKeepsBlocksThatStayAlignedAndSplitsOthers) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge + 8, 7));
  const auto move = [&](VirtAddr from, VirtAddr to) {
    return mremap(space_->map(), {.at = from,
                                  .old_bytes = huge_page_bytes,
                                  .new_bytes = huge_page_bytes,
                                  .flags = mremap_maymove | mremap_fixed,
                                  .new_at = to});
  };
  const VirtAddr aligned = first_huge + 4 * huge_page_bytes;
  ASSERT_TRUE(move(first_huge, aligned));
  EXPECT_TRUE(space_->is_huge_at(aligned));
  EXPECT_EQ(machine_.load(*space_, aligned + 8), 7U);
  const VirtAddr shifted = first_huge + 8 * huge_page_bytes + page_bytes;
  ASSERT_TRUE(move(aligned, shifted));
  EXPECT_FALSE(space_->is_huge_at(shifted));
  EXPECT_EQ(machine_.load(*space_, shifted + 8), 7U);
  EXPECT_EQ(space_->resident().anonymous, huge_page_frames);
}

TEST_F(HugeFaults, GivingUpAllOfItKeepsNoTableAside) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const std::uint32_t before = machine_.used_frames();
  ASSERT_TRUE(madvise(space_->map(), first_huge, huge_page_bytes, madv_dontneed));
  EXPECT_EQ(machine_.used_frames(), before - huge_page_frames - 1);
  EXPECT_EQ(events().huge_entry_splits, 0U);
  EXPECT_EQ(machine_.load(*space_, first_huge), 0U);
}

TEST_F(HugeFaults, LockedBlocksStandOnTheirListAsManyPages) {
  map_at(*space_, first_huge, huge_page_bytes);
  ASSERT_TRUE(mlock(space_->map(), first_huge, huge_page_bytes, mlock_onfault));
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const PageLists& lists = machine_.memory.shortage().lists();
  EXPECT_EQ(lists.size(PageList::unevictable), huge_page_frames);
  ASSERT_TRUE(munlock(space_->map(), first_huge, page_bytes));
  EXPECT_EQ(lists.size(PageList::unevictable), huge_page_frames - 1);
  EXPECT_EQ(lists.size(PageList::inactive_anonymous), 1U);
}

}  // namespace signalbox::huge_faults_test
