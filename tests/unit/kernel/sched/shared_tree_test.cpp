#include "kernel/sched/shared_tree.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::shared_tree_test {

struct State {
  QueuePlace place;
};

class SharedTreeTest : public ::testing::Test {
 protected:
  SharedTreeTest() : table_(2), tree_(table_, {0, 2}) {
    CpuMask mask;
    mask.set(CpuId(1));
    pinned_ = table_.intern(mask);
    for (Entity& entity : entities_) entity.emplace_state<State>();
  }

  std::array<Entity, 3> entities_;
  AffinityTable table_;
  SharedTree<State> tree_;
  AffinityId pinned_;
};

TEST_F(SharedTreeTest, LowestKeyFirstThenHeadThenArrival) {
  tree_.insert_behind_equals(entities_[0], 5);
  tree_.insert_before_equals(entities_[1], 5);
  tree_.insert_behind_equals(entities_[2], -1);
  EXPECT_EQ(tree_.pop_front(CpuId(0)), &entities_[2]);
  EXPECT_EQ(tree_.pop_front(CpuId(0)), &entities_[1]);
  EXPECT_EQ(tree_.pop_front(CpuId(0)), &entities_[0]);
  EXPECT_EQ(tree_.pop_front(CpuId(0)), nullptr);
}

TEST_F(SharedTreeTest, CpuSeesOnlyWhatItIsAllowed) {
  entities_[0].affinity = pinned_;
  tree_.insert_behind_equals(entities_[0], 1);
  tree_.insert_behind_equals(entities_[1], 2);
  EXPECT_EQ(tree_.front(CpuId(0)), &entities_[1]);
  EXPECT_EQ(tree_.front(CpuId(1)), &entities_[0]);
  EXPECT_EQ(tree_.first_of_all(), &entities_[0]);
  EXPECT_EQ(tree_.peek(CpuId(0), 0), &entities_[1]);
  EXPECT_EQ(tree_.peek(CpuId(0), 1), nullptr);
  tree_.remove(entities_[0]);
  EXPECT_FALSE(SharedTree<State>::holds(entities_[0]));
  EXPECT_TRUE(SharedTree<State>::holds(entities_[1]));
  tree_.remove(entities_[1]);
}

}  // namespace signalbox::shared_tree_test
