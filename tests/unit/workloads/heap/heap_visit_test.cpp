#include "workloads/heap/heap_visit.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::heap_visit_test {

alloc::ProcessHeap& give_heap(Caller& caller) {
  caller.process().heap = std::make_unique<alloc::ProcessHeap>(alloc::ProcessHeapOptions(), NameId());
  return *caller.process().heap;
}

TEST(HeapVisit, GivesTheThreadACache) {
  in_memory([](Caller& caller) {
    alloc::ProcessHeap& heap = give_heap(caller);
    HeapVisit visit(caller, heap);
    EXPECT_TRUE(visit.enter());
    EXPECT_NE(caller.thread().memory.heap_cache, 0U);
    EXPECT_FALSE(heap.try_enter());
    visit.leave();
    EXPECT_TRUE(heap.try_enter());
  });
}

TEST(HeapVisit, SecondThreadComesInWhenTheFirstHasLeft) {
  in_memory([](Caller& caller) {
    alloc::ProcessHeap& heap = give_heap(caller);
    Instant entered;
    HeapVisit visit(caller, heap);
    EXPECT_TRUE(visit.enter());
    const std::int64_t other = create_thread(caller, [&](Caller& thread) {
      HeapVisit second(thread, heap);
      EXPECT_TRUE(second.enter());
      entered = thread.now();
      second.leave();
      return 0;
    });
    sleep_for(caller, 3_ms);
    visit.leave();
    EXPECT_EQ(join(caller, other), 0);
    EXPECT_EQ(entered, Instant() + 3_ms);
  });
}

TEST(HeapVisit, WhoeverIsKilledInsideAbandonsTheHeap) {
  in_memory([](Caller& caller) {
    alloc::ProcessHeap& heap = give_heap(caller);
    const std::int64_t other = create_thread(caller, [&](Caller& thread) {
      HeapVisit visit(thread, heap);
      EXPECT_TRUE(visit.enter());
      thread.exit_thread(0);
      return 0;
    });
    EXPECT_EQ(join(caller, other), 0);
    EXPECT_TRUE(heap.is_abandoned());
    HeapVisit visit(caller, heap);
    EXPECT_FALSE(visit.enter());
  });
}

}  // namespace signalbox::heap_visit_test
