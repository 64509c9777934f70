#include "kernel/sched/fifo_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <vector>

namespace signalbox::fifo_queue_test {

TEST(FifoQueue, EmptyHasNoFront) {
  const FifoQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.front(), nullptr);
  EXPECT_EQ(queue.peek(0), nullptr);
}

TEST(FifoQueue, RemovedFromMiddleIsSkipped) {
  std::array<Entity, 3> entities;
  FifoQueue queue;
  for (std::uint64_t i = 0; i < 3; ++i) queue.push_back(entities[i], i);
  queue.remove(entities[1]);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.peek(1), &entities[2]);
  EXPECT_EQ(&queue.pop_front(), &entities[0]);
  EXPECT_EQ(queue.front(), &entities[2]);
  EXPECT_EQ(queue.front_order(), 2U);
}

TEST(FifoQueue, PeekBeyondManyHolesGivesUp) {
  std::vector<Entity> entities(100);
  FifoQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.push_back(entities[i], i);
  for (std::size_t i = 1; i < 99; ++i) queue.remove(entities[i]);
  EXPECT_EQ(queue.peek(0), entities.data());
  EXPECT_EQ(queue.peek(1), nullptr);
  queue.remove(entities[0]);
  EXPECT_EQ(queue.front(), &entities[99]);
}

TEST(FifoQueueDeathTest, RemovingWhatIsNotQueuedFails) {
  Entity queued;
  Entity stranger;
  FifoQueue queue;
  queue.push_back(queued, 1);
  EXPECT_DEATH(queue.remove(stranger), "only a queued entity can be removed");
}

// The same random pushes, pops and removals on a ring and on std::deque give the same queue.
RC_GTEST_PROP(FifoQueue, EqualsDequeUnderRandomUse, (const std::vector<std::uint8_t>& actions)) {
  std::deque<Entity> entities(actions.size() * 4);
  std::size_t used = 0;
  std::deque<Entity*> model;
  FifoQueue queue;
  std::uint64_t back = 1U << 20U;
  std::uint64_t front = back;
  for (const std::uint8_t action : actions) {
    const std::size_t victim = model.empty() ? 0 : action / 4U % model.size();
    if (action % 4 == 3 && !model.empty()) {
      RC_ASSERT(&queue.pop_front() == model.front());
      model.pop_front();
    } else if (action % 4 == 2 && !model.empty()) {
      queue.remove(*model[victim]);
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(victim));
    } else if (action % 4 == 1) {
      model.push_front(&entities[used]);
      queue.push_front(entities[used++], --front);
    } else {
      for (int i = 0; i < 4; ++i) {
        model.push_back(&entities[used]);
        queue.push_back(entities[used++], ++back);
      }
    }
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(queue.front() == (model.empty() ? nullptr : model.front()));
    Entity* const third = queue.peek(2);
    // Not `a || b`: RC_ASSERT takes the expression apart and evaluates both sides.
    if (third != nullptr) RC_ASSERT(third == model.at(2));
  }
}

}  // namespace signalbox::fifo_queue_test
