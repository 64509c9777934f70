#include <gtest/gtest.h>

#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::huge_collapse_test {

using enum CollapseTry::Result;
constexpr VirtAddr first_huge(0x4000'0000);

// Faults take small pages, because huge ones are refused while it begins; khugepaged may collapse them.
class HugeCollapse : public ::testing::Test {
 protected:
  HugeCollapse() {
    mmap(space_->map(),
         {.hint = first_huge, .bytes = huge_page_bytes, .flags = map_private | map_anonymous | map_fixed})
        .value();
    EXPECT_TRUE(madvise(space_->map(), first_huge, huge_page_bytes, madv_nohugepage));
  }
  void write(std::uint32_t pages) {
    for (std::uint32_t page = 0; page < pages; ++page)
      ASSERT_TRUE(machine_.store(*space_, first_huge + page * page_bytes, page + 1));
  }
  CollapseTry collapse() {
    EXPECT_TRUE(madvise(space_->map(), first_huge, huge_page_bytes, madv_hugepage));
    return space_->collapse(*space_->map().vmas().find(first_huge), first_huge, config_);
  }
  void expect_contents(UserSpace& space, std::uint32_t pages) {
    for (std::uint32_t page = 0; page < huge_page_frames; ++page)
      EXPECT_EQ(machine_.load(space, first_huge + page * page_bytes), page < pages ? page + 1 : 0U) << page;
  }
  const MemoryEvents& events() const { return machine_.memory.events(); }

  PagedMachine machine_{8192, 4096, {.huge_pages = HugePagePolicy::madvise}};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
  HugePageScanConfig config_;
};

TEST_F(HugeCollapse, SmallPagesBecomeOneAndNothingElseChanges) {
  write(300);
  const std::uint32_t used = machine_.used_frames();
  const std::uint64_t tables = space_->table_pages();
  const CollapseTry tried = collapse();
  EXPECT_EQ(tried.result, collapsed);
  EXPECT_EQ(tried.looks, huge_page_frames);
  EXPECT_EQ(tried.work.pages_copied, 300U);
  EXPECT_EQ(tried.work.pages_zeroed, huge_page_frames - 300);
  EXPECT_TRUE(space_->is_huge_at(first_huge));
  EXPECT_EQ(space_->resident().anonymous, huge_page_frames);
  EXPECT_EQ(machine_.used_frames(), used + huge_page_frames - 300);
  EXPECT_EQ(space_->table_pages(), tables) << "the table is put aside";
  EXPECT_EQ(machine_.memory.shortage().lists().size(PageList::inactive_anonymous), huge_page_frames);
  EXPECT_EQ(events().huge_collapses, 1U);
  expect_contents(*space_, 300);
  EXPECT_EQ(collapse().result, passed_over) << "it is one already";
}

TEST_F(HugeCollapse, ItIsSplitAgainLikeAnyOther) {
  write(5);
  ASSERT_EQ(collapse().result, collapsed);
  ASSERT_TRUE(mprotect(space_->map(), first_huge, page_bytes, prot_read));
  EXPECT_FALSE(space_->is_huge_at(first_huge));
  expect_contents(*space_, 5);
  EXPECT_EQ(events().huge_page_splits, 1U);
}

TEST_F(HugeCollapse, WhatIsWrittenThroughAnOldTranslationIsNotLost) {
  write(3);
  ASSERT_EQ(collapse().result, collapsed);
  ASSERT_TRUE(machine_.store(*space_, first_huge + page_bytes, 77));
  EXPECT_EQ(machine_.load(*space_, first_huge + page_bytes), 77U);
}

TEST_F(HugeCollapse, TooFewPagesAreLeftAlone) {
  config_.max_ptes_none = 500;
  write(11);
  EXPECT_EQ(collapse().result, passed_over);
  EXPECT_EQ(events().huge_scans_over_none, 1U);
  write(12);
  EXPECT_EQ(collapse().result, collapsed);
}

TEST_F(HugeCollapse, PagesOfZerosCountAsNone) {
  config_.max_ptes_none = 511;
  for (std::uint32_t page = 0; page < huge_page_frames; ++page)
    EXPECT_EQ(machine_.load(*space_, first_huge + page * page_bytes), 0U);
  EXPECT_EQ(collapse().result, passed_over);
  EXPECT_EQ(events().huge_scans_over_none, 1U);
}

TEST_F(HugeCollapse, SharedPagesAreCopiedIfTheyAreFew) {
  write(huge_page_frames);
  const auto child = machine_.fork(*space_);
  EXPECT_EQ(collapse().result, passed_over);
  EXPECT_EQ(events().huge_scans_over_shared, 1U);
  for (std::uint32_t page = 0; page < 300; ++page)
    ASSERT_TRUE(machine_.store(*space_, first_huge + page * page_bytes, page + 1));
  EXPECT_EQ(collapse().result, collapsed);
  expect_contents(*space_, huge_page_frames);
  expect_contents(*child, huge_page_frames);
  EXPECT_EQ(child->resident().anonymous, huge_page_frames);
}

TEST_F(HugeCollapse, ReadOnlyAndUnusedPagesAreNotWorthIt) {
  write(20);
  ASSERT_TRUE(mprotect(space_->map(), first_huge, huge_page_bytes, prot_read));
  EXPECT_EQ(collapse().result, passed_over);
  ASSERT_TRUE(mprotect(space_->map(), first_huge, huge_page_bytes, prot_read | prot_write));
  for (std::uint32_t page = 0; page < 20; ++page)
    (void)machine_.memory.take_references(machine_.entry(*space_, first_huge + page * page_bytes).frame());
  EXPECT_EQ(collapse().result, passed_over);
  EXPECT_EQ(machine_.load(*space_, first_huge), 1U);
  EXPECT_EQ(collapse().result, collapsed);
}

TEST_F(HugeCollapse, PagesInSwapAreReadFirst) {
  write(huge_page_frames);
  for (const std::uint32_t page : {7U, 300U})
    machine_.evict(machine_.entry(*space_, first_huge + page * page_bytes).frame());
  CollapseTry tried = collapse();
  EXPECT_EQ(tried.result, waits);
  EXPECT_TRUE(machine_.memory.is_busy(tried.busy));
  EXPECT_EQ(events().major_faults, 1U);
  machine_.finish_all();
  EXPECT_EQ(collapse().result, waits) << "the other one";
  machine_.finish_all();
  tried = collapse();
  EXPECT_EQ(tried.result, collapsed);
  EXPECT_EQ(space_->resident().swapped, 0U);
  expect_contents(*space_, huge_page_frames);
  EXPECT_EQ(events().huge_collapses, 3U) << "a block is taken at each try";
  EXPECT_EQ(machine_.memory.swap().free_slots(), machine_.memory.swap().slots());
}

TEST_F(HugeCollapse, TooManyInSwapAreLeftThere) {
  config_.max_ptes_swap = 1;
  write(huge_page_frames);
  for (const std::uint32_t page : {7U, 300U})
    machine_.evict(machine_.entry(*space_, first_huge + page * page_bytes).frame());
  EXPECT_EQ(collapse().result, passed_over);
  EXPECT_EQ(events().huge_scans_over_swap, 1U);
}

TEST_F(HugeCollapse, WithoutABlockAllStaysAsItWas) {
  write(20);
  machine_.memory.frames().refuse_after(0);
  EXPECT_EQ(collapse().result, no_block);
  machine_.memory.frames().refuse_after(PhysicalMemory::never);
  EXPECT_EQ(events().huge_collapse_failures, 1U);
  EXPECT_EQ(events().huge_collapses, 0U);
  expect_contents(*space_, 20);
}

TEST_F(HugeCollapse, LockedPagesStayLocked) {
  write(20);
  space_->map().limits.may_lock = true;
  ASSERT_TRUE(mlock(space_->map(), first_huge, huge_page_bytes, mlock_onfault));
  ASSERT_EQ(collapse().result, collapsed);
  EXPECT_EQ(machine_.memory.shortage().lists().size(PageList::unevictable), huge_page_frames);
  space_.reset();
  EXPECT_EQ(machine_.memory.shortage().lists().size(PageList::unevictable), 0U);
}

TEST_F(HugeCollapse, EveryFrameComesBack) {
  write(100);
  auto child = machine_.fork(*space_);
  write(90);
  ASSERT_EQ(collapse().result, collapsed);
  space_.reset();
  child.reset();
  EXPECT_EQ(machine_.used_frames(), 1U) << "the page of zeros";
  EXPECT_EQ(machine_.memory.frames().used_frames(FrameUse::page_table), 0U);
  EXPECT_EQ(machine_.memory.records().pool_used(), 0U);
}

}  // namespace signalbox::huge_collapse_test
