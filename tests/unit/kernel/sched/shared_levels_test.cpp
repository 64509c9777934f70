#include "kernel/sched/shared_levels.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>

namespace signalbox::shared_levels_test {

constexpr unsigned levels = 140;

class SharedLevelsTest : public ::testing::Test {
 protected:
  SharedLevelsTest() : table_(4), queue_(table_, {0, 4}), pinned_(table_.intern(only(1))) {}

  static CpuMask only(std::uint16_t cpu) {
    CpuMask mask;
    mask.set(CpuId(cpu));
    return mask;
  }

  AffinityTable table_;
  SharedLevels<levels> queue_;
  AffinityId pinned_;
  std::array<Entity, 4> entities_;
};

TEST_F(SharedLevelsTest, LowestLevelComesFirst) {
  queue_.push_back(entities_[0], 139);
  queue_.push_back(entities_[1], 64);
  queue_.push_back(entities_[2], 63);
  EXPECT_EQ(queue_.best_level(CpuId(0)), 63U);
  EXPECT_EQ(&queue_.pop_front(CpuId(0), 63), &entities_[2]);
  EXPECT_EQ(queue_.best_level(CpuId(0)), 64U);
  queue_.remove(entities_[1], 64);
  EXPECT_EQ(queue_.best_level(CpuId(0)), 139U);
  queue_.remove(entities_[0], 139);
  EXPECT_EQ(queue_.best_level(CpuId(0)), queue_.none);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(SharedLevelsTest, SearchGoesRoundTheEnd) {
  queue_.push_back(entities_[0], 5);
  queue_.push_back(entities_[1], 100);
  EXPECT_EQ(queue_.best_level(CpuId(0), 5), 5U);
  EXPECT_EQ(queue_.best_level(CpuId(0), 6), 100U);
  EXPECT_EQ(queue_.best_level(CpuId(0), 101), 5U);
}

TEST_F(SharedLevelsTest, MasksAreMergedInTheOrderOfArrivalWithinALevel) {
  entities_[1].affinity = pinned_;
  for (std::size_t i = 0; i < 3; ++i) queue_.push_back(entities_[i], 7);
  queue_.push_front(entities_[3], 7);
  EXPECT_EQ(&queue_.pop_front(CpuId(1), 7), &entities_[3]);
  EXPECT_EQ(&queue_.pop_front(CpuId(1), 7), &entities_[0]);
  EXPECT_EQ(&queue_.front(CpuId(0), 7), &entities_[2]);
  EXPECT_EQ(&queue_.pop_front(CpuId(1), 7), &entities_[1]);
  EXPECT_EQ(queue_.pop_front_of_all(7), &entities_[2]);
  EXPECT_EQ(queue_.pop_front_of_all(7), nullptr);
}

TEST_F(SharedLevelsTest, ForbiddenOnesAreSkipped) {
  entities_[0].affinity = pinned_;
  queue_.push_back(entities_[0], 3);
  queue_.push_back(entities_[1], 9);
  EXPECT_EQ(queue_.best_level(CpuId(0)), 9U);
  EXPECT_EQ(queue_.best_level(CpuId(1)), 3U);
  EXPECT_EQ(queue_.best_level(CpuId(0), 100), 9U);
  EXPECT_FALSE(queue_.empty_at(3));
}

// Against a map of deques: pushes at both ends, removals from anywhere, searches from anywhere.
RC_GTEST_PROP(SharedLevels, DoesAsAMapOfQueues, ()) {
  const AffinityTable table(1);
  std::array<Entity, 24> entities;
  SharedLevels<levels> queue(table, {0, 1});
  std::map<unsigned, std::deque<Entity*>> model;
  std::map<Entity*, unsigned> at;
  for (int step = 0; step < 300; ++step) {
    Entity& entity = entities[*rc::gen::inRange<std::size_t>(0, entities.size())];
    if (at.contains(&entity)) {
      const unsigned level = at[&entity];
      queue.remove(entity, level);
      std::erase(model[level], &entity);
      if (model[level].empty()) model.erase(level);
      at.erase(&entity);
    } else {
      const unsigned level = *rc::gen::inRange(0U, levels);
      const bool at_front = *rc::gen::arbitrary<bool>();
      at[&entity] = level;
      if (at_front) {
        queue.push_front(entity, level);
        model[level].push_front(&entity);
      } else {
        queue.push_back(entity, level);
        model[level].push_back(&entity);
      }
    }
    const unsigned from = *rc::gen::inRange(0U, levels);
    auto expected = model.lower_bound(from);
    if (expected == model.end()) expected = model.begin();
    const unsigned found = queue.best_level(CpuId(), from);
    RC_ASSERT(found == (model.empty() ? queue.none : expected->first));
    if (!model.empty()) RC_ASSERT(&queue.front(CpuId(), found) == expected->second.front());
  }
}

}  // namespace signalbox::shared_levels_test
