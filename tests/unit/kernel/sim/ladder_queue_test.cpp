#include "kernel/sim/ladder_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>

#include "kernel/base/prng.hpp"
#include "tests/support/event_program.hpp"

namespace signalbox::ladder_queue_test {

Event at(std::uint64_t when, std::uint64_t order) {
  return {.when = Instant(static_cast<std::int64_t>(when)), .order = order};
}

void expect_pops_sorted(LadderQueue& queue, std::size_t count) {
  ASSERT_EQ(queue.size(), count);
  Event last = queue.pop();
  for (std::size_t k = 1; k < count; ++k) {
    const Event event = queue.pop();
    ASSERT_TRUE(last < event) << "pop " << k;
    last = event;
  }
  EXPECT_EQ(queue.size(), 0U);
}

RC_GTEST_PROP(LadderQueue, AgreesWithMultisetOnRandomPrograms, (std::uint64_t seed)) {
  LadderQueue queue;
  EventComparison(queue, seed).play(*event_program());
}

RC_GTEST_PROP(LadderQueue, DrainAndAdoptMidwayLoseNothing, (std::uint64_t seed)) {
  LadderQueue queue;
  Prng prng(seed);
  const std::uint64_t count = prng.below(5'000) + 1;
  for (std::uint64_t k = 0; k < count; ++k) queue.push(at(prng.below(std::uint64_t{1} << prng.below(40)), k));
  const std::uint64_t popped = prng.below(count);
  for (std::uint64_t k = 0; k < popped; ++k) queue.pop();
  EventHeap heap;
  queue.drain([&](const Event& event) { heap.push(event); });
  RC_ASSERT(queue.size() == 0U);
  RC_ASSERT(heap.size() == count - popped);
  queue.adopt(heap);
  RC_ASSERT(heap.empty());
  expect_pops_sorted(queue, count - popped);
}

// In quadratic time this and the next would take minutes.
TEST(LadderQueue, ManyAtOneInstantInShuffledOrderComeOutByOrder) {
  LadderQueue queue;
  Prng prng(1);
  for (std::uint64_t k = 0; k < 200'000; ++k) queue.push(at(7, prng.next() << 20U | k));
  expect_pops_sorted(queue, 200'000);
}

TEST(LadderQueue, ManyBeforeALongRunOfOneInstantComeOutFirst) {
  LadderQueue queue;
  Prng prng(2);
  for (std::uint64_t k = 0; k < 100'000; ++k) queue.push(at(1'000'000, k));
  EXPECT_EQ(queue.next_instant(), Instant(1'000'000));
  for (std::uint64_t k = 0; k < 200'000; ++k) queue.push(at(prng.below(1'000'000), 100'000 + k));
  expect_pops_sorted(queue, 300'000);
}

TEST(LadderQueue, LoneFarEventsDoNotKeepNearOnesTogether) {
  LadderQueue queue;
  Prng prng(3);
  queue.push({.when = Instant::max(), .order = 1'000'000});
  queue.push({.when = Instant::max(), .order = 1'000'001});
  for (std::uint64_t k = 0; k < 100'000; ++k) queue.push(at(prng.below(1'000'000), k));
  expect_pops_sorted(queue, 100'002);
}

TEST(LadderQueue, TheFrontIsSortedThirtyTwoDeep) {
  LadderQueue queue;
  Prng prng(4);
  for (std::uint64_t k = 0; k < 10'000; ++k) queue.push(at(prng.below(1'000'000), k));
  for (std::uint64_t k = 0; k < 9'000; ++k) {
    ASSERT_NE(queue.peek(31), nullptr) << "after " << k;
    queue.pop();
  }
}

TEST(LadderQueue, AHundredThousandEventsTakeLessThanFortyEightBytesEach) {
  LadderQueue queue;
  Prng prng(5);
  for (std::uint64_t k = 0; k < 100'000; ++k) queue.push(at(prng.below(1'000'000), k));
  for (std::uint64_t k = 0; k < 1'000'000; ++k) {
    const Event event = queue.pop();
    queue.push({.when = event.when + Duration(static_cast<std::int64_t>(prng.below(1'000'000))), .order = 100'000 + k});
  }
  EXPECT_LT(queue.bucket_bytes(), 48U * 100'000U);
}

}  // namespace signalbox::ladder_queue_test
