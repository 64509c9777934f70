#include "kernel/calls/heap_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::heap_calls_test {

void give_heap(Caller& caller) {
  caller.process().heap = std::make_unique<alloc::ProcessHeap>(alloc::ProcessHeapOptions(), NameId());
}

TEST(HeapCalls, WithoutAHeapThereIsNothingToEnter) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, call_number::heap_enter), failed(Errno::enosys));
    EXPECT_EQ(call(caller, call_number::heap_leave), failed(Errno::enosys));
    const HeapHold none(caller);
  });
}

TEST(HeapCalls, WhoeverComesSecondSleepsUntilTheFirstHasLeft) {
  in_a_process([](Caller& caller) {
    give_heap(caller);
    ASSERT_TRUE(caller.process().heap->try_enter());
    Instant entered;
    const std::int64_t other = create_thread(caller, [&](Caller& thread) {
      EXPECT_EQ(call(thread, call_number::heap_enter), 0);
      entered = thread.now();
      thread.process().heap->leave();
      return 0;
    });
    sleep_for(caller, 5_ms);
    EXPECT_TRUE(caller.process().heap->leave()) << "somebody waits";
    EXPECT_EQ(call(caller, call_number::heap_leave), 0);
    EXPECT_EQ(join(caller, other), 0);
    EXPECT_EQ(entered, Instant() + 5_ms);
  });
}

TEST(HeapCalls, AbandonedIsAnError) {
  in_a_process([](Caller& caller) {
    give_heap(caller);
    caller.process().heap->abandon();
    EXPECT_EQ(call(caller, call_number::heap_enter), failed(Errno::eownerdead));
  });
}

TEST(HeapCalls, HoldKeepsOthersOut) {
  in_a_process([](Caller& caller) {
    give_heap(caller);
    {
      const HeapHold hold(caller);
      EXPECT_FALSE(caller.process().heap->try_enter());
    }
    EXPECT_TRUE(caller.process().heap->try_enter());
  });
}

}  // namespace signalbox::heap_calls_test
