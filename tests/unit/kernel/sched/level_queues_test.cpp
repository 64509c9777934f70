#include "kernel/sched/level_queues.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::level_queues_test {

class LevelQueuesTest : public ::testing::Test {
 protected:
  LevelQueuesTest() : table_(2), queues_(table_, {0, 2}, 3) {}

  std::array<Entity, 3> entities_;
  AffinityTable table_;
  LevelQueues queues_;
};

TEST_F(LevelQueuesTest, FirstLevelThenOrderOfComing) {
  EXPECT_EQ(queues_.best_level(CpuId(0)), queues_.levels());
  EXPECT_EQ(queues_.peek(CpuId(0), queues_.levels(), 0), nullptr);
  queues_.push_back(entities_[0], 2);
  queues_.push_back(entities_[1], 1);
  queues_.push_front(entities_[2], 1);
  EXPECT_EQ(queues_.best_level(CpuId(0)), 1U);
  EXPECT_EQ(queues_.peek(CpuId(0), 1, 1), &entities_[1]);
  EXPECT_EQ(&queues_.pop_front(CpuId(0), 1), &entities_[2]);
  queues_.remove(entities_[1], 1);
  EXPECT_FALSE(queues_.has_ready(CpuId(0), 1));
  EXPECT_EQ(queues_.best_level(CpuId(0)), 2U);
  EXPECT_EQ(queues_.pop_front_of_all(2), &entities_[0]);
  EXPECT_EQ(queues_.pop_front_of_all(2), nullptr);
}

TEST_F(LevelQueuesTest, CpuSeesOnlyLevelsWithWhoIsAllowed) {
  CpuMask mask;
  mask.set(CpuId(1));
  entities_[0].affinity = table_.intern(mask);
  queues_.push_back(entities_[0], 0);
  queues_.push_back(entities_[1], 2);
  EXPECT_EQ(queues_.best_level(CpuId(0)), 2U);
  EXPECT_EQ(queues_.best_level(CpuId(1)), 0U);
}

}  // namespace signalbox::level_queues_test
