#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::page_reclaim_test {

class PageReclaim : public ::testing::Test {
 protected:
  PageReclaim() { EXPECT_TRUE(machine_.store(*space_, at_, 5)); }
  FrameNumber frame() const { return machine_.entry(*space_, at_).frame(); }

  PagedMachine machine_{4096, 2};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
  VirtAddr at_ = map_pages(*space_, 4);
};

TEST_F(PageReclaim, ReferencesAreCountedOverAllMappingsAndTaken) {
  const auto child = machine_.fork(*space_);
  EXPECT_EQ(machine_.memory.take_references(frame()).accessed, 1U);  // the child's entry is old
  EXPECT_EQ(machine_.memory.take_references(frame()).accessed, 0U);
  machine_.load(*child, at_);
  machine_.load(*space_, at_);
  EXPECT_EQ(machine_.memory.take_references(frame()).accessed, 2U);
  EXPECT_FALSE(machine_.entry(*space_, at_).has(page_bit::accessed));
}

TEST_F(PageReclaim, ExecutableFileIsKnownByTheMappingThatUsedIt) {
  const MemoryObjectRef file(new TestFile(1));
  const VirtAddr text = map_file(*space_, file, map_private, prot_read | prot_exec);
  machine_.load(*space_, text);
  const FrameNumber page = machine_.entry(*space_, text).frame();
  EXPECT_TRUE(machine_.memory.take_references(page).is_executable_file);
  EXPECT_FALSE(machine_.memory.take_references(page).is_executable_file);
}

TEST_F(PageReclaim, AllMappingsGetSwapEntriesAndOnlyAnExclusiveOneSaysSo) {
  const auto child = machine_.fork(*space_);
  machine_.evict(frame());
  EXPECT_EQ(machine_.memory.swap().uses(SwapSlot(0)), 2U);
  EXPECT_EQ(machine_.entry(*space_, at_), swap_entry(SwapSlot(0), x86_64_format()));
  EXPECT_EQ(machine_.entry(*child, at_), swap_entry(SwapSlot(0), x86_64_format()));
  ASSERT_TRUE(machine_.store(*space_, at_ + page_bytes, 6));
  machine_.evict(machine_.entry(*space_, at_ + page_bytes).frame());
  EXPECT_EQ(machine_.entry(*space_, at_ + page_bytes),
            swap_entry(SwapSlot(1), x86_64_format(), page_bit::swapped_exclusive));
}

TEST_F(PageReclaim, OwnerIsWhoMappedItFirst) {
  const auto child = machine_.fork(*space_);
  const FrameNumber page = frame();
  EXPECT_EQ(machine_.memory.owner(page), space_->id());
  ASSERT_TRUE(machine_.store(*space_, at_, 6));
  EXPECT_EQ(machine_.memory.owner(page), child->id());
}

TEST_F(PageReclaim, FullSwapRefuses) {
  for (std::uint64_t page = 1; page < 4; ++page) ASSERT_TRUE(machine_.store(*space_, at_ + page * page_bytes, 5));
  machine_.evict(machine_.entry(*space_, at_ + page_bytes).frame());
  machine_.evict(machine_.entry(*space_, at_ + 2 * page_bytes).frame());
  EXPECT_FALSE(machine_.memory.add_to_swap(frame()));
  EXPECT_EQ(machine_.memory.frames().frame(frame()).references, 1U);
}

TEST_F(PageReclaim, PlaceInSwapIsReleasedWhenNobodyElseNeedsIt) {
  const FrameNumber page = frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  EXPECT_TRUE(machine_.memory.is_dirty(page));
  machine_.memory.release_swap(page);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 2U);
  EXPECT_TRUE(machine_.memory.is_dirty(page));
  EXPECT_EQ(machine_.memory.frames().frame(page).references, 1U);
}

TEST_F(PageReclaim, LockedPageStaysMapped) {
  ASSERT_TRUE(mlock(space_->map(), at_, page_bytes, 0));
  ASSERT_TRUE(machine_.memory.add_to_swap(frame()));
  machine_.memory.unmap(frame());
  EXPECT_TRUE(machine_.memory.is_mapped(frame()));
}

TEST_F(PageReclaim, RefaultIsToldWithTheShadow) {
  const FrameNumber page = frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  machine_.memory.unmap(page);
  machine_.requests.push_back(machine_.memory.shortage().start_write(page));
  machine_.finish_all();
  machine_.memory.shortage().removed(page);
  machine_.memory.evict(page, {.age = 0, .was_workingset = true});
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  EXPECT_EQ(machine_.memory.shortage().counters().refaults[0], 1U);
  EXPECT_TRUE(machine_.memory.shortage().lists().marks(frame()).was_workingset);
}

TEST_F(PageReclaim, FilePageIsReadAgainAndItsRefaultTold) {
  const MemoryObjectRef file(new TestFile(1));
  const VirtAddr text = map_file(*space_, file, map_private, prot_read);
  machine_.load(*space_, text);
  machine_.evict(machine_.entry(*space_, text).frame());
  EXPECT_EQ(machine_.entry(*space_, text), PageEntry());
  EXPECT_EQ(machine_.load(*space_, text), 0U);
  EXPECT_EQ(machine_.reads, 2U);
  EXPECT_EQ(machine_.memory.shortage().counters().refaults[1], 1U);
}

}  // namespace signalbox::page_reclaim_test
