#include "kernel/exec/stack_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "kernel/exec/context.hpp"

namespace signalbox::stack_pool_test {

TEST(StackPool, RecyclesTheNewestFirst) {
  for (const StackKind kind : {StackKind::compact, StackKind::guarded}) {
    StackPool pool;
    const Stack first = pool.take(kind);
    const Stack second = pool.take(kind);
    pool.give_back(first);
    pool.give_back(second);
    EXPECT_EQ(pool.take(kind).low, second.low);
    EXPECT_EQ(pool.take(kind).low, first.low);
    EXPECT_NE(pool.take(kind).low, first.low);
  }
}

TEST(StackPool, RecycledStackIsWhollyUsable) {
  StackPool pool;
  const Stack stack = pool.take(StackKind::compact);
  pool.give_back(stack);
  const Stack again = pool.take(StackKind::compact);
  EXPECT_EQ(again.size, stack.size);
  EXPECT_TRUE(again.has_canary);
  std::memset(again.low + sizeof stack_canary, 1, again.size - sizeof stack_canary);
  pool.give_back(again);
}

TEST(StackPool, CountsTakenAndLive) {
  StackPool pool;
  EXPECT_EQ(pool.stats().bytes_mapped, 0U);
  std::vector<Stack> stacks;
  for (int i = 0; i < 10; ++i) stacks.push_back(pool.take(i % 2 == 0 ? StackKind::compact : StackKind::guarded));
  for (int i = 0; i < 4; ++i) {
    pool.give_back(stacks.back());
    stacks.pop_back();
  }
  EXPECT_EQ(pool.stats().taken, 10U);
  EXPECT_EQ(pool.stats().live, 6U);
  EXPECT_GT(pool.stats().bytes_mapped, 10U * 4096);
  for (const Stack& stack : stacks) pool.give_back(stack);
}

TEST(StackPool, GuardedSizeIsAnOption) {
  StackPool pool({.guarded_bytes = std::size_t{256} * 1024});
  EXPECT_EQ(pool.take(StackKind::guarded).size, std::size_t{256} * 1024);
}

// Uses about `bytes` of stack.
[[gnu::noinline]] void use_stack(std::size_t bytes) {
  auto* const block = static_cast<volatile char*>(__builtin_alloca(bytes));
  for (std::size_t i = 0; i < bytes; i += 16) block[i] = 1;
}

TEST(StackPool, PaintedStackTellsHowDeepItWasUsed) {
  StackPool pool({.paints = true});
  const Stack stack = pool.take(StackKind::guarded);
  EXPECT_EQ(high_water(stack), 0U);
  Context context;
  context.prepare(stack, [](void*) { use_stack(20'000); }, nullptr);
  EXPECT_EQ(context.resume(), Pause::finished);
  EXPECT_GE(high_water(stack), 20'000U);
  EXPECT_LT(high_water(stack), 30'000U);
  pool.give_back(stack);
  EXPECT_EQ(high_water(pool.take(StackKind::guarded)), 0U);
}

using StackPoolDeathTest = testing::Test;

TEST(StackPoolDeathTest, OverflowIsNoticedAtTheLatestWhenGivenBack) {
  StackPool pool;
  const Stack stack = pool.take(StackKind::compact);
  std::memset(stack.low, 0, sizeof stack_canary);
  EXPECT_DEATH(pool.give_back(stack), "a stack without a guard overflowed");
}

TEST(StackPoolDeathTest, GivingBackMoreThanTakenIsOurBug) {
  StackPool pool;
  const Stack stack = pool.take(StackKind::compact);
  pool.give_back(stack);
  EXPECT_DEATH(pool.give_back(stack), "given back once");
}

}  // namespace signalbox::stack_pool_test
