#include "kernel/sched/shared_fifo.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace signalbox::shared_fifo_test {

class SharedFifoTest : public ::testing::Test {
 protected:
  SharedFifoTest() : table_(4), queue_(table_, {0, 4}), pinned_(table_.intern(only(1))) {}

  static CpuMask only(std::uint16_t cpu) {
    CpuMask mask;
    mask.set(CpuId(cpu));
    return mask;
  }

  AffinityTable table_;
  SharedFifo queue_;
  AffinityId pinned_;
  std::array<Entity, 4> entities_;
};

TEST_F(SharedFifoTest, MasksAreMergedInTheOrderOfArrival) {
  entities_[1].affinity = pinned_;
  for (Entity& entity : entities_) queue_.push_back(entity);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), &entities_[0]);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), &entities_[1]);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), &entities_[2]);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), &entities_[3]);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), nullptr);
}

TEST_F(SharedFifoTest, ForbiddenOnesAreSkipped) {
  entities_[0].affinity = pinned_;
  queue_.push_back(entities_[0]);
  EXPECT_FALSE(queue_.has_ready(CpuId(0)));
  EXPECT_TRUE(queue_.has_ready(CpuId(1)));
  queue_.push_back(entities_[1]);
  EXPECT_EQ(queue_.front(CpuId(0)), &entities_[1]);
}

TEST_F(SharedFifoTest, HeadComesBeforeAllMasks) {
  entities_[0].affinity = pinned_;
  queue_.push_back(entities_[0]);
  queue_.push_front(entities_[1]);
  EXPECT_EQ(queue_.pop_front(CpuId(1)), &entities_[1]);
}

TEST_F(SharedFifoTest, PeekKnowsNothingWhereMasksMustBeMerged) {
  queue_.push_back(entities_[0]);
  queue_.push_back(entities_[1]);
  EXPECT_EQ(queue_.peek(CpuId(1), 1), &entities_[1]);
  entities_[2].affinity = pinned_;
  queue_.push_back(entities_[2]);
  EXPECT_EQ(queue_.peek(CpuId(1), 0), &entities_[0]);
  EXPECT_EQ(queue_.peek(CpuId(1), 1), nullptr);
  EXPECT_EQ(queue_.peek(CpuId(0), 1), &entities_[1]);
}

TEST_F(SharedFifoTest, FirstOfAllIgnoresMasks) {
  entities_[0].affinity = pinned_;
  queue_.push_back(entities_[0]);
  queue_.push_back(entities_[1]);
  EXPECT_EQ(queue_.pop_front_of_all(), &entities_[0]);
  EXPECT_EQ(queue_.pop_front_of_all(), &entities_[1]);
  EXPECT_EQ(queue_.pop_front_of_all(), nullptr);
}

}  // namespace signalbox::shared_fifo_test
