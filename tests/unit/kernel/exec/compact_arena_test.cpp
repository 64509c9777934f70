#include "kernel/exec/compact_arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace signalbox::compact_arena_test {

TEST(CompactArena, StacksAreDisjointAlignedAndHaveCanaries) {
  CompactArena arena;
  const std::byte* end_of_last = nullptr;
  for (int i = 0; i < 2000; ++i) {
    const Stack stack = arena.fresh();
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(stack.top()) % 64, 0U);
    ASSERT_EQ(stack.kind, StackKind::compact);
    ASSERT_TRUE(stack.has_canary);
    check_canary(stack);
    std::memset(stack.low, 0xff, stack.size);  // hurts a neighbour's canary if they overlap
    std::memcpy(stack.low, &stack_canary, sizeof stack_canary);
    const bool is_in_same_chunk = stack.low == end_of_last;
    ASSERT_TRUE(is_in_same_chunk || stack.low + stack.size <= end_of_last || stack.low > end_of_last);
    end_of_last = stack.top();
  }
}

TEST(CompactArena, StrideIsNoMultipleOfThePage) { EXPECT_NE(CompactArena::stack_bytes % 4096, 0U); }

TEST(CompactArena, FewStacksMapLittle) {
  CompactArena arena;
  EXPECT_EQ(arena.bytes_mapped(), 0U);
  arena.fresh();
  EXPECT_EQ(arena.bytes_mapped(), 256U * 1024);
}

TEST(CompactArena, ManyStacksMapLittleMoreThanTheyAre) {
  CompactArena arena;
  constexpr std::size_t count = 40'000;
  for (std::size_t i = 0; i < count; ++i) arena.fresh();
  constexpr std::size_t largest_chunk = std::size_t{64} * 1024 * 1024;
  EXPECT_GE(arena.bytes_mapped(), count * CompactArena::stack_bytes);
  EXPECT_LE(arena.bytes_mapped(), count * CompactArena::stack_bytes * 101 / 100 + largest_chunk);
}

}  // namespace signalbox::compact_arena_test
