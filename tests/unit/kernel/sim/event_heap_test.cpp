#include "kernel/sim/event_heap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/support/event_program.hpp"

namespace signalbox::event_heap_test {

Event at(std::int64_t when, std::uint64_t order) { return {.when = Instant(when), .order = order}; }

RC_GTEST_PROP(EventHeap, AgreesWithMultisetOnRandomPrograms, (std::uint64_t seed)) {
  EventHeap heap;
  EventComparison(heap, seed).play(*event_program());
}

TEST(EventHeap, PushAfterPopOfLastEventIsTheFront) {
  EventHeap heap;
  heap.push(at(5, 0));
  EXPECT_EQ(heap.pop().when, Instant(5));
  EXPECT_TRUE(heap.empty());
  heap.push(at(9, 1));
  EXPECT_EQ(heap.front().when, Instant(9));
  EXPECT_EQ(heap.size(), 1U);
}

TEST(EventHeap, PopsBackToBackStaySorted) {
  EventHeap heap;
  for (std::uint64_t k = 0; k < 100; ++k) heap.push(at(static_cast<std::int64_t>(k * 37 % 101), k));
  Instant last;
  while (!heap.empty()) {
    const Instant when = heap.pop().when;
    EXPECT_GE(when, last);
    last = when;
  }
}

TEST(EventHeap, DrainWithAHoleAtTheRootHandsOverEachEventOnce) {
  EventHeap heap;
  for (std::uint64_t k = 0; k < 10; ++k) heap.push(at(static_cast<std::int64_t>(k), k));
  heap.pop();
  std::vector<std::uint64_t> orders;
  heap.drain([&](const Event& event) { orders.push_back(event.order); });
  std::ranges::sort(orders);
  EXPECT_EQ(orders, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_TRUE(heap.empty());
  heap.push(at(3, 3));
  EXPECT_EQ(heap.front().order, 3U);
}

}  // namespace signalbox::event_heap_test
