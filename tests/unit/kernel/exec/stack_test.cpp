#include "kernel/exec/stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace signalbox::stack_test {

struct alignas(16) Memory {
  std::array<std::byte, 1024> bytes{};
};

Stack stack_on(Memory& memory, bool has_canary) {
  if (has_canary) std::memcpy(memory.bytes.data(), &stack_canary, sizeof stack_canary);
  return {
      .low = memory.bytes.data(), .size = memory.bytes.size(), .kind = StackKind::compact, .has_canary = has_canary};
}

TEST(Stack, HoldsItsBytesAndNoOthers) {
  Memory memory;
  const Stack stack = stack_on(memory, false);
  EXPECT_TRUE(stack.holds(stack.low));
  EXPECT_TRUE(stack.holds(stack.top() - 1));
  EXPECT_FALSE(stack.holds(stack.top()));
  EXPECT_FALSE(stack.holds(stack.low - 1));
}

TEST(Stack, HighWaterIsTheDeepestTouchedByte) {
  for (const bool has_canary : {false, true}) {
    Memory memory;
    const Stack stack = stack_on(memory, has_canary);
    paint(stack);
    EXPECT_EQ(high_water(stack), 0U);
    *(stack.top() - 100) = std::byte{1};
    EXPECT_EQ(high_water(stack), 100U);
    *(stack.top() - 10) = std::byte{1};
    EXPECT_EQ(high_water(stack), 100U);
    check_canary(stack);
  }
}

using StackDeathTest = testing::Test;

TEST(StackDeathTest, SmashedCanaryIsOurBug) {
  Memory memory;
  const Stack stack = stack_on(memory, true);
  memory.bytes[3] = std::byte{0};
  EXPECT_DEATH(check_canary(stack), "a stack without a guard overflowed");
}

}  // namespace signalbox::stack_test
