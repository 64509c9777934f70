#include "kernel/exec/fiber_annotations.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/exec/context.hpp"
#include "kernel/exec/stack_pool.hpp"

namespace signalbox::fiber_annotations_test {

// What a sanitized build reports: a test that passes there shows that the sanitizer follows the switches.
struct Parked {
  Context context;
  int sum = 0;
};

// Leaves arrays with red zones in its frames while it sleeps.
[[gnu::noinline]] void sleep_deep(Parked& parked, int depth) {
  std::array<int, 32> frame{};
  frame[static_cast<std::size_t>(depth)] = depth;
  if (depth > 0) {
    sleep_deep(parked, depth - 1);
  } else {
    parked.context.suspend();
  }
  for (const int value : frame) parked.sum += value;
}

void begin(void* argument) { sleep_deep(*static_cast<Parked*>(argument), 4); }

TEST(FiberAnnotations, FramesSurviveASuspend) {
  StackPool pool;
  Parked parked;
  parked.context.prepare(pool.take(StackKind::guarded), begin, &parked);
  EXPECT_EQ(parked.context.resume(), Pause::suspended);
  EXPECT_EQ(parked.context.resume(), Pause::finished);
  EXPECT_EQ(parked.sum, 4 + 3 + 2 + 1);
}

TEST(FiberAnnotations, AbandonedFramesLeaveNoRedZones) {
  StackPool pool;
  const Stack stack = pool.take(StackKind::guarded);
  for (int i = 0; i < 100; ++i) {
    Parked parked;
    parked.context.prepare(stack, begin, &parked);
    ASSERT_EQ(parked.context.resume(), Pause::suspended);
    parked.context.abandon();
    for (std::byte* byte = stack.low + stack.size / 2; byte < stack.top(); ++byte) *byte = std::byte{0};
  }
}

TEST(FiberAnnotations, ExceptionsUnwindManyTimesOnOneStack) {
  StackPool pool;
  const Stack stack = pool.take(StackKind::guarded);
  for (int i = 0; i < 100; ++i) {
    Parked parked;
    parked.context.prepare(
        stack,
        [](void* argument) {
          try {
            begin(argument);
            throw 1;
          } catch (int thrown) {
            static_cast<Parked*>(argument)->sum += thrown;
          }
        },
        &parked);
    ASSERT_EQ(parked.context.resume(), Pause::suspended);
    ASSERT_EQ(parked.context.resume(), Pause::finished);
    ASSERT_EQ(parked.sum, 11);
  }
}

TEST(FiberAnnotations, StackNobodyOwnsIsUntouchableUnderAddressSanitizer) {
  if constexpr (has_address_sanitizer) {
    StackPool pool;
    const Stack stack = pool.take(StackKind::compact);
    pool.give_back(stack);
    EXPECT_DEATH(*static_cast<volatile std::byte*>(stack.low + 64) = std::byte{1}, "use-after-poison");
  } else {
    GTEST_SKIP() << "this build has no AddressSanitizer";
  }
}

}  // namespace signalbox::fiber_annotations_test
