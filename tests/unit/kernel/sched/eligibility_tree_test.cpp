#include "kernel/sched/eligibility_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "tests/support/eligibility_entity.hpp"

namespace signalbox::eligibility_tree_test {

TEST(EligibilityTree, EarliestDeadlineThatIsEligible) {
  std::array<Entity, 3> entities;
  EligibilityTree tree;
  tree.insert(eligibility_entity(entities[0], 10, 50, 1));
  tree.insert(eligibility_entity(entities[1], 20, 5, 2));
  tree.insert(eligibility_entity(entities[2], 30, 1, 3));
  const auto upto = [&](std::int64_t limit) {
    return tree.first_eligible([limit](std::int64_t vruntime) { return vruntime <= limit; });
  };
  EXPECT_EQ(upto(100), &entities[0]);
  EXPECT_EQ(upto(10), &entities[1]);
  EXPECT_EQ(upto(4), &entities[2]);
  EXPECT_EQ(upto(0), nullptr);
  EXPECT_EQ(tree.least_vruntime(), 1);
}

TEST(EligibilityTree, EqualDeadlinesComeInTheirOrder) {
  std::array<Entity, 2> entities;
  EligibilityTree tree;
  tree.insert(eligibility_entity(entities[1], 10, 0, 2));
  tree.insert(eligibility_entity(entities[0], 10, 0, 1));
  EXPECT_EQ(tree.first_eligible([](std::int64_t) { return true; }), &entities[0]);
}

TEST(EligibilityTreeDeathTest, RemovingWhatIsNotThereFails) {
  Entity entity;
  eligibility_entity(entity, 1, 1, 1);
  EligibilityTree tree;
  EXPECT_DEATH(tree.remove(entity), "only a queued entity");
}

// The same as a search through a plain list, whatever was inserted and removed.
RC_GTEST_PROP(EligibilityTree, EqualsALinearSearch, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 200);
  std::deque<Entity> entities(count);
  std::vector<Entity*> model;
  EligibilityTree tree;
  for (std::size_t i = 0; i < count; ++i) {
    eligibility_entity(entities[i], *rc::gen::inRange(0, 30), *rc::gen::inRange(0, 30), i);
    tree.insert(entities[i]);
    model.push_back(&entities[i]);
    if (*rc::gen::inRange(0, 3) == 0) {
      const auto victim = model.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(model));
      tree.remove(**victim);
      model.erase(victim);
    }
    const std::int64_t limit = *rc::gen::inRange(0, 30);
    Entity* expected = nullptr;
    for (Entity* const entity : model) {
      const auto& node = entity->state<EligibilityNode>();
      const bool is_better = expected == nullptr || node.deadline < expected->state<EligibilityNode>().deadline;
      if (node.vruntime <= limit && is_better) expected = entity;
    }
    RC_ASSERT(tree.first_eligible([limit](std::int64_t vruntime) { return vruntime <= limit; }) == expected);
    RC_ASSERT(tree.empty() == model.empty());
  }
}

}  // namespace signalbox::eligibility_tree_test
