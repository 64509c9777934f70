#include <gtest/gtest.h>

#include "tests/support/paged_machine.hpp"

namespace signalbox::copy_on_write_test {

class CopyOnWrite : public ::testing::Test {
 protected:
  CopyOnWrite() { EXPECT_TRUE(machine_.store(*parent_, at_, 5)); }

  FrameNumber frame(const UserSpace& space) const { return machine_.entry(space, at_).frame(); }

  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> parent_ = machine_.new_space();
  VirtAddr at_ = map_pages(*parent_, 1);
};

TEST_F(CopyOnWrite, ChildThatWritesGetsACopyAndTheParentItsPageBack) {
  const auto child = machine_.fork(*parent_);
  const FrameNumber page = frame(*parent_);
  EXPECT_EQ(frame(*child), page);
  EXPECT_EQ(machine_.memory.records()[page].mappings, 2U);
  ASSERT_TRUE(machine_.store(*child, at_, 6));
  EXPECT_EQ(machine_.memory.events().copies, 1U);
  EXPECT_NE(frame(*child), page);
  ASSERT_TRUE(machine_.store(*parent_, at_ + 8, 7));
  EXPECT_EQ(frame(*parent_), page);
  EXPECT_EQ(machine_.memory.events().copies, 1U);
  EXPECT_EQ(machine_.load(*parent_, at_), 5U);
  EXPECT_EQ(machine_.load(*child, at_), 6U);
  EXPECT_EQ(machine_.load(*child, at_ + 8), 0U);
}

TEST_F(CopyOnWrite, ParentThatWritesGetsTheCopy) {
  const auto child = machine_.fork(*parent_);
  const FrameNumber page = frame(*parent_);
  ASSERT_TRUE(machine_.store(*parent_, at_, 6));
  EXPECT_NE(frame(*parent_), page);
  EXPECT_EQ(machine_.load(*child, at_), 5U);
  EXPECT_EQ(machine_.memory.records()[page].mappings, 1U);
}

TEST_F(CopyOnWrite, PageIsReusedWhenTheOtherIsGone) {
  machine_.fork(*parent_).reset();
  const FrameNumber page = frame(*parent_);
  EXPECT_FALSE(machine_.record(*parent_, at_).is_exclusive);
  ASSERT_TRUE(machine_.store(*parent_, at_, 6));
  EXPECT_EQ(frame(*parent_), page);
  EXPECT_TRUE(machine_.record(*parent_, at_).is_exclusive);
  EXPECT_EQ(machine_.memory.events().copies, 0U);
}

// The swap cache is no other user, but another swap entry is.
TEST_F(CopyOnWrite, PlaceInSwapGoesWithTheReuse) {
  auto child = machine_.fork(*parent_);
  machine_.evict(frame(*parent_));
  EXPECT_EQ(machine_.load(*parent_, at_), 5U);
  ASSERT_TRUE(machine_.store(*parent_, at_, 6));
  EXPECT_EQ(machine_.memory.events().copies, 1U);
  EXPECT_EQ(machine_.load(*child, at_), 5U);
  ASSERT_TRUE(machine_.store(*child, at_, 7));
  EXPECT_EQ(machine_.memory.events().copies, 1U);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
  EXPECT_EQ(machine_.load(*parent_, at_), 6U);
}

TEST_F(CopyOnWrite, WithoutAFrameThePageStays) {
  const auto child = machine_.fork(*parent_);
  machine_.memory.frames().refuse_after(0);
  EXPECT_EQ(machine_.first_step(*child, at_, Access::write).step, FaultPlan::Step::reclaim);
  EXPECT_EQ(machine_.memory.records()[frame(*parent_)].mappings, 2U);
  EXPECT_EQ(machine_.load(*child, at_), 5U);
}

}  // namespace signalbox::copy_on_write_test
