#include "kernel/sim/event_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/support/event_program.hpp"

namespace signalbox::event_queue_test {

Event at(std::uint64_t when, std::uint64_t order) {
  return {.when = Instant(static_cast<std::int64_t>(when)), .order = order};
}

RC_GTEST_PROP(EventQueue, AgreesWithMultisetOnRandomPrograms, (std::uint64_t seed)) {
  EventQueue queue;
  EventComparison(queue, seed).play(*event_program());
}

// The number of pending events swings through both bounds in every phase.
RC_GTEST_PROP(EventQueue, AgreesWithMultisetWhileEnginesChange, (std::uint64_t seed, bool shuffles)) {
  const Spread spread = *arbitrary_spread();
  EventQueue queue;
  std::vector<EventPhase> program;
  for (int round = 0; round < 4; ++round) {
    program.push_back({.pushes = 700, .pops = 200, .spread = spread, .shuffles_order = shuffles});
    program.push_back({.pushes = 100, .pops = 560, .spread = spread, .shuffles_order = shuffles});
  }
  EventComparison(queue, seed).play(program);
}

TEST(EventQueue, EmptyHasNoNextInstant) {
  EventQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next_instant(), Instant::max());
  EXPECT_EQ(queue.peek(0), nullptr);
  queue.push(at(3, 0));
  EXPECT_EQ(queue.next_instant(), Instant(3));
  queue.pop();
  EXPECT_EQ(queue.next_instant(), Instant::max());
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, EventsOfOneInstantFireByOrder) {
  EventQueue queue;
  for (std::uint64_t k = 0; k < 1'000; ++k) queue.push(at(5, k));
  for (std::uint64_t k = 0; k < 1'000; ++k) EXPECT_EQ(queue.pop().order, k);
}

// Only the ladder knows more than the next event, so peek tells the engines apart.
TEST(EventQueue, ChangesEnginesWithHysteresis) {
  EventQueue queue;
  std::uint64_t pushed = 0;
  for (; pushed < EventQueue::most_in_heap; ++pushed) queue.push(at(1'000 + pushed * 7 % 1'009, pushed));
  EXPECT_EQ(queue.peek(1), nullptr);
  queue.push(at(1'500, pushed++));
  EXPECT_NE(queue.peek(1), nullptr);
  while (queue.size() > EventQueue::fewest_in_ladder) queue.pop();
  EXPECT_NE(queue.peek(1), nullptr);
  queue.pop();
  EXPECT_EQ(queue.peek(1), nullptr);
  while (queue.size() < EventQueue::most_in_heap) queue.push(at(3'000, pushed++));
  EXPECT_EQ(queue.peek(1), nullptr);
}

TEST(EventQueue, EventsThatNeverComeStayBehindAllOthers) {
  EventQueue queue;
  for (std::uint64_t k = 0; k < 500; ++k) queue.push({.when = Instant::max(), .order = k});
  for (std::uint64_t k = 0; k < 500; ++k) queue.push(at(3'600'000'000'000U * k, 500 + k));
  for (std::uint64_t k = 0; k < 500; ++k) EXPECT_EQ(queue.pop().order, 500 + k);
  for (std::uint64_t k = 0; k < 500; ++k) EXPECT_EQ(queue.pop().order, k);
}

TEST(EventQueueDeathTest, PushIntoThePastIsABug) {
  EventQueue queue;
  queue.push(at(5, 0));
  queue.pop();
  EXPECT_DEATH(queue.push(at(4, 1)), "the past takes no more events");
}

}  // namespace signalbox::event_queue_test
