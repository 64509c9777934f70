#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mincore.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::page_advice_test {

class PageAdvice : public ::testing::Test {
 protected:
  void advise(VirtAddr at, std::uint64_t pages, std::int32_t advice) {
    ASSERT_TRUE(madvise(space_->map(), at, pages * page_bytes, advice));
  }
  void evict(VirtAddr at) { machine_.evict(machine_.entry(*space_, at).frame()); }
  FrameNumber frame(VirtAddr at) const { return machine_.entry(*space_, at).frame(); }

  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
  VirtAddr at_ = map_pages(*space_, 4);
};

TEST_F(PageAdvice, NotNeededPagesAreZerosAgainAndTheirFramesFree) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  ASSERT_TRUE(machine_.store(*space_, at_ + page_bytes, 6));
  evict(at_ + page_bytes);
  const std::uint32_t tables = space_->tables().table_frames();
  advise(at_, 4, madv_dontneed);
  EXPECT_EQ(space_->tables().table_frames(), tables);
  EXPECT_EQ(space_->resident().resident() + space_->resident().swapped, 0U);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
  EXPECT_EQ(machine_.load(*space_, at_), 0U);
  EXPECT_EQ(machine_.load(*space_, at_ + page_bytes), 0U);
}

TEST_F(PageAdvice, WillneedReadsWhatIsInSwapAndInTheFile) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  advise(at_, 4, madv_willneed);
  const MemoryObjectRef file(new TestFile(2));
  const VirtAddr text = map_file(*space_, file, map_private);
  advise(text, 2, madv_willneed);
  machine_.requests = machine_.memory.take_requests();
  EXPECT_EQ(machine_.requests.size(), 3U);
  machine_.finish_all();
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  EXPECT_EQ(machine_.load(*space_, text + page_bytes), 1U);
  EXPECT_EQ(machine_.reads, 0U);
}

TEST_F(PageAdvice, PageGivenUpGoesWithoutSwapUnlessItIsWritten) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  ASSERT_TRUE(machine_.store(*space_, at_ + page_bytes, 6));
  advise(at_, 2, madv_free);
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  ASSERT_TRUE(machine_.store(*space_, at_ + page_bytes, 7));
  EXPECT_EQ(machine_.memory.events().copies, 0U);
  evict(at_);
  evict(at_ + page_bytes);
  EXPECT_EQ(machine_.memory.events().swapped_out, 1U);
  EXPECT_EQ(machine_.load(*space_, at_), 0U);
  EXPECT_EQ(machine_.load(*space_, at_ + page_bytes), 7U);
}

TEST_F(PageAdvice, PageOfTwoIsNotGivenUp) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  const auto child = machine_.fork(*space_);
  advise(at_, 1, madv_free);
  EXPECT_FALSE(machine_.record(*space_, at_).is_lazy);
}

TEST_F(PageAdvice, ColdPagesAreOldAndInactive) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  machine_.memory.shortage().touched(frame(at_));
  machine_.memory.shortage().touched(frame(at_));
  ASSERT_EQ(machine_.memory.shortage().lists().list_of(frame(at_)), PageList::active_anonymous);
  advise(at_, 1, madv_cold);
  EXPECT_FALSE(machine_.entry(*space_, at_).has(page_bit::accessed));
  EXPECT_EQ(machine_.memory.shortage().lists().list_of(frame(at_)), PageList::inactive_anonymous);
}

TEST_F(PageAdvice, PagesSentOutAreNext) {
  for (std::uint64_t page = 0; page < 4; ++page) ASSERT_TRUE(machine_.store(*space_, at_ + page * page_bytes, 5));
  advise(at_ + 3 * page_bytes, 1, madv_pageout);
  EXPECT_EQ(machine_.memory.shortage().lists().oldest(PageList::inactive_anonymous), frame(at_ + 3 * page_bytes));
}

TEST_F(PageAdvice, RemovedPagesOfSharedMemoryAreZerosForAll) {
  const VirtAddr shared = map_pages(*space_, 2, prot_read | prot_write, map_shared | map_anonymous);
  ASSERT_TRUE(machine_.store(*space_, shared, 5));
  ASSERT_TRUE(machine_.store(*space_, shared + page_bytes, 6));
  evict(shared + page_bytes);
  const auto child = machine_.fork(*space_);
  EXPECT_EQ(machine_.load(*child, shared), 5U);
  advise(shared, 2, madv_remove);
  EXPECT_EQ(machine_.load(*child, shared), 0U);
  EXPECT_EQ(machine_.load(*child, shared + page_bytes), 0U);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
}

TEST_F(PageAdvice, MincoreKnowsWhatNeedsNoDevice) {
  const MemoryObjectRef file(new TestFile(3));
  const VirtAddr text = map_file(*space_, file, map_private);
  machine_.load(*space_, text + page_bytes);
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  ASSERT_TRUE(machine_.store(*space_, at_ + page_bytes, 5));
  evict(at_ + page_bytes);
  EXPECT_EQ(mincore(space_->map(), at_, 3 * page_bytes).pages, (std::vector<std::uint8_t>{1, 0, 0}));
  const auto other = machine_.new_space();
  const VirtAddr there = map_file(*other, file, map_private);
  EXPECT_EQ(mincore(other->map(), there, 3 * page_bytes).pages, (std::vector<std::uint8_t>{0, 1, 0}));
  (void)machine_.first_step(*space_, at_ + page_bytes, Access::read);
  EXPECT_EQ(mincore(space_->map(), at_, 2 * page_bytes).pages, (std::vector<std::uint8_t>{1, 0}));
}

}  // namespace signalbox::page_advice_test
