#include "kernel/sched/eligibility_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <tuple>
#include <vector>

#include "tests/support/eligibility_entity.hpp"

namespace signalbox::eligibility_queue_test {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

auto up_to(std::int64_t limit) {
  return [limit](std::int64_t vruntime) { return vruntime <= limit; };
}

TEST(EligibilityQueue, EarliestDeadlineThatIsEligible) {
  std::array<Entity, 3> entities;
  EligibilityQueue queue;
  EXPECT_EQ(queue.first_eligible(up_to(100)), nullptr);
  queue.insert(eligibility_entity(entities[0], 10, 50, 1));
  queue.insert(eligibility_entity(entities[1], 20, 5, 2));
  queue.insert(eligibility_entity(entities[2], 30, 1, 3));
  EXPECT_EQ(queue.first_eligible(up_to(100)), &entities[0]);
  EXPECT_EQ(queue.first_eligible(up_to(10)), &entities[1]);
  EXPECT_EQ(queue.first_eligible(up_to(4)), &entities[2]);
  EXPECT_EQ(queue.first_eligible(up_to(0)), nullptr);
  EXPECT_EQ(queue.take_first_eligible(up_to(4), 30), nullptr) << "none before this deadline";
  EXPECT_EQ(queue.take_first_eligible(up_to(4), 31), &entities[2]);
  EXPECT_EQ(queue.least_vruntime(), 5);
}

TEST(EligibilityQueue, WhereNobodyIsEligibleTheNearestIsTaken) {
  std::array<Entity, 3> entities;
  EligibilityQueue queue;
  EXPECT_EQ(queue.take_best(up_to(100)), nullptr);
  queue.insert(eligibility_entity(entities[0], 10, 50, 1));
  queue.insert(eligibility_entity(entities[1], 20, 5, 2));
  queue.insert(eligibility_entity(entities[2], 30, 5, 3));
  EXPECT_EQ(queue.take_best(up_to(0)), &entities[1]);
  EXPECT_EQ(queue.take_best(up_to(0)), &entities[2]);
  EXPECT_EQ(queue.take_best(up_to(0)), &entities[0]);
  EXPECT_TRUE(queue.empty());
}

TEST(EligibilityQueue, EqualDeadlinesComeInTheirOrder) {
  std::array<Entity, 3> entities;
  EligibilityQueue queue;
  queue.insert(eligibility_entity(entities[1], 10, 0, 2));
  queue.insert(eligibility_entity(entities[0], 10, 0, 1));
  queue.insert(eligibility_entity(entities[2], 10, 0, 3));
  for (Entity& entity : entities) EXPECT_EQ(queue.take_first_eligible(up_to(0), never), &entity);
}

TEST(EligibilityQueueDeathTest, RemovingWhatIsNotThereFails) {
  Entity entity;
  eligibility_entity(entity, 1, 1, 1);
  EligibilityQueue queue;
  EXPECT_DEATH(queue.remove(entity), "only a queued entity");
}

// Beside a plain list, with few and with many in it: what one does to both they answer alike.
class Both {
 public:
  void insert(Entity& entity) {
    queue_.insert(entity);
    model_.push_back(&entity);
  }
  void remove(std::size_t index) {
    queue_.remove(*model_[index]);
    model_.erase(model_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void take_best(std::int64_t limit) { take(queue_.take_best(up_to(limit)), first(std::max(limit, least()), never)); }
  void take_first(std::int64_t limit, std::int64_t bound) {
    take(queue_.take_first_eligible(up_to(limit), bound), first(limit, bound));
  }
  void check(std::int64_t limit) const {
    RC_ASSERT(queue_.empty() == model_.empty());
    RC_ASSERT(queue_.least_vruntime() == least());
    RC_ASSERT(queue_.first_eligible(up_to(limit)) == first(limit, never));
  }
  std::size_t size() const { return model_.size(); }

 private:
  static const EligibilityNode& node(const Entity* entity) { return entity->state<EligibilityNode>(); }

  void take(const Entity* taken, const Entity* expected) {
    RC_ASSERT(taken == expected);
    std::erase(model_, expected);
  }
  std::int64_t least() const {
    std::int64_t least = never;
    for (const Entity* const entity : model_) least = std::min(least, node(entity).vruntime);
    return least;
  }
  const Entity* first(std::int64_t limit, std::int64_t bound) const {
    const auto place = [](const Entity* entity) { return std::tuple(node(entity).deadline, node(entity).order); };
    const Entity* first = nullptr;
    for (const Entity* const entity : model_) {
      if (node(entity).vruntime > limit || node(entity).deadline >= bound) continue;
      if (first == nullptr || place(entity) < place(first)) first = entity;
    }
    return first;
  }

  EligibilityQueue queue_;
  std::vector<Entity*> model_;
};

RC_GTEST_PROP(EligibilityQueue, EqualsALinearSearch, ()) {
  constexpr std::int64_t most = 30;
  const auto number = [] { return *rc::gen::inRange<std::int64_t>(0, most); };
  const auto steps = *rc::gen::inRange<std::size_t>(1, 300);
  const auto growth = *rc::gen::inRange(1, 4);  // of how many steps one takes, or removes, somebody
  std::deque<Entity> entities(steps);
  Both both;
  for (std::size_t step = 0; step < steps; ++step) {
    both.insert(eligibility_entity(entities[step], number(), number(), step));
    both.check(number());
    if (*rc::gen::inRange(0, growth) != 0) continue;
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        both.take_best(number());
        break;
      case 1:
        both.take_first(number(), number());
        break;
      default:
        if (both.size() != 0) both.remove(*rc::gen::inRange<std::size_t>(0, both.size()));
    }
    both.check(number());
  }
}

}  // namespace signalbox::eligibility_queue_test
