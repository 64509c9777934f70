#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::swap_cache_test {

class SwapCache : public ::testing::Test {
 protected:
  SwapCache() { EXPECT_TRUE(machine_.store(*space_, at_, 5)); }
  FrameNumber frame() const { return machine_.entry(*space_, at_).frame(); }

  PagedMachine machine_{4096, 16};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
  VirtAddr at_ = map_pages(*space_, 4);
};

TEST_F(SwapCache, PageIsFoundByItsSlotWhileItHasAFrame) {
  EXPECT_EQ(machine_.memory.swap_cached(SwapSlot(0)), std::nullopt);
  const FrameNumber page = frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  EXPECT_EQ(machine_.memory.swap_cached(SwapSlot(0)), page);
  machine_.evict(page);
  EXPECT_EQ(machine_.memory.swap_cached(SwapSlot(0)), std::nullopt);
}

// The swap cache alone keeps no page.
TEST_F(SwapCache, LastMappingTakesThePageAlong) {
  ASSERT_TRUE(machine_.memory.add_to_swap(frame()));
  ASSERT_TRUE(munmap(space_->map(), at_, page_bytes));
  EXPECT_EQ(machine_.memory.swap().free_slots(), 16U);
}

TEST_F(SwapCache, LastSwapEntryTakesThePageAlong) {
  const FrameNumber page = frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  machine_.memory.unmap(page);
  const std::uint32_t used = machine_.used_frames();
  ASSERT_TRUE(munmap(space_->map(), at_, 4 * page_bytes));
  EXPECT_EQ(machine_.used_frames(), used - 4);  // the page and three tables
  EXPECT_EQ(machine_.memory.swap().free_slots(), 16U);
}

TEST_F(SwapCache, PageThatIsWrittenStaysUntilThen) {
  const FrameNumber page = frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  machine_.memory.unmap(page);
  const BlockRequest request = machine_.memory.shortage().start_write(page);
  space_.reset();
  EXPECT_EQ(machine_.memory.swap().free_slots(), 15U);
  machine_.memory.finished(request);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 16U);
  EXPECT_EQ(machine_.used_frames(), 1U);
}

TEST_F(SwapCache, BothReadersGetTheSamePage) {
  const auto child = machine_.fork(*space_);
  machine_.evict(frame());
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  EXPECT_EQ(machine_.load(*child, at_), 5U);
  EXPECT_EQ(machine_.reads, 1U);
  EXPECT_EQ(machine_.entry(*child, at_).frame(), frame());
}

}  // namespace signalbox::swap_cache_test
