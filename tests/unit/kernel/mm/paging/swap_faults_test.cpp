#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::swap_faults_test {

class SwapFaults : public ::testing::Test {
 protected:
  void evict(VirtAddr at) { machine_.evict(machine_.entry(*space_, at).frame()); }

  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
  VirtAddr at_ = map_pages(*space_, 16);
};

TEST_F(SwapFaults, PageComesBackAsItWasByAMajorFault) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  EXPECT_TRUE(is_swap_entry(machine_.entry(*space_, at_)));
  EXPECT_EQ(space_->resident(), (ResidentCounters{.swapped = 1, .peak = 1}));
  const std::uint64_t faults = machine_.memory.events().faults;
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  EXPECT_EQ(machine_.reads, 1U);
  EXPECT_EQ(machine_.memory.events().major_faults, 1U);
  EXPECT_EQ(machine_.memory.events().faults, faults + 1);
  EXPECT_EQ(space_->resident(), (ResidentCounters{.anonymous = 1, .peak = 1}));
}

TEST_F(SwapFaults, CleanPageKeepsItsPlaceAndIsNotWrittenAgain) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
  EXPECT_TRUE(machine_.record(*space_, at_).has_slot);
  EXPECT_FALSE(machine_.memory.is_dirty(machine_.entry(*space_, at_).frame()));
  evict(at_);
  EXPECT_EQ(machine_.memory.events().swapped_out, 1U);
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
}

TEST_F(SwapFaults, WriteTakesThePlaceInSwapBack) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  ASSERT_TRUE(machine_.store(*space_, at_ + 8, 6));
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
  EXPECT_TRUE(machine_.entry(*space_, at_).has(page_bit::writable | page_bit::dirty));
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
}

TEST_F(SwapFaults, NeighboursAreReadAhead) {
  for (std::uint64_t page = 0; page < 16; ++page) ASSERT_TRUE(machine_.store(*space_, at_ + page * page_bytes, page));
  for (std::uint64_t page = 0; page < 16; ++page) evict(at_ + page * page_bytes);
  const VirtAddr at = (at_ + 8 * page_bytes).aligned_down(8 * page_bytes);
  const FaultPlan plan = machine_.first_step(*space_, at, Access::read);
  ASSERT_EQ(plan.step, FaultPlan::Step::read);
  EXPECT_EQ(plan.work, MemoryWork{});
  const std::vector<BlockRequest> ahead = machine_.memory.take_requests();
  EXPECT_EQ(ahead.size(), 7U);
  machine_.requests = ahead;
  machine_.requests.push_back(plan.request);
  machine_.finish_all();
  const std::uint64_t first = (at - at_) / page_bytes;
  for (std::uint64_t page = 0; page < 8; ++page)
    EXPECT_EQ(machine_.load(*space_, at + page * page_bytes), first + page);
  EXPECT_EQ(machine_.reads, 0U);
  EXPECT_EQ(machine_.memory.events().major_faults, 1U);
}

TEST_F(SwapFaults, PageOnItsWayOutIsMappedAgainAndOneOnItsWayInIsWaitedFor) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  const FrameNumber page = machine_.entry(*space_, at_).frame();
  ASSERT_TRUE(machine_.memory.add_to_swap(page));
  machine_.memory.unmap(page);
  machine_.requests.push_back(machine_.memory.shortage().start_write(page));
  EXPECT_EQ(machine_.first_step(*space_, at_, Access::read).step, FaultPlan::Step::retry);
  EXPECT_EQ(machine_.entry(*space_, at_).frame(), page);
  machine_.finish_all();
  evict(at_);
  const FaultPlan plan = machine_.first_step(*space_, at_, Access::read);
  ASSERT_EQ(plan.step, FaultPlan::Step::read);
  EXPECT_EQ(machine_.first_step(*space_, at_, Access::read).step, FaultPlan::Step::wait);
  EXPECT_EQ(machine_.memory.events().major_faults, 1U);
}

TEST_F(SwapFaults, ProcessThatEndsWhileItsPageIsReadLosesNothing) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  const FaultPlan plan = machine_.first_step(*space_, at_, Access::read);
  space_.reset();
  machine_.memory.finished(plan.request);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
  EXPECT_EQ(machine_.used_frames(), 1U);
}

TEST_F(SwapFaults, WithoutAFrameThePageStaysInSwap) {
  ASSERT_TRUE(machine_.store(*space_, at_, 5));
  evict(at_);
  machine_.memory.frames().refuse_after(0);
  EXPECT_EQ(machine_.first_step(*space_, at_, Access::read).step, FaultPlan::Step::reclaim);
  EXPECT_EQ(machine_.memory.events().major_faults, 0U);
  machine_.memory.frames().refuse_after(PhysicalMemory::never);
  EXPECT_EQ(machine_.load(*space_, at_), 5U);
}

}  // namespace signalbox::swap_faults_test
