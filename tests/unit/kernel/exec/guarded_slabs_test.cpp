#include "kernel/exec/guarded_slabs.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace signalbox::guarded_slabs_test {

constexpr std::size_t stack_bytes = std::size_t{64} * 1024;

std::size_t host_mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t lines = 0;
  for (std::string line; std::getline(maps, line);) ++lines;
  return lines;
}

TEST(GuardedSlabs, RoundsUpToPages) {
  GuardedSlabs slabs(5000, StackGuard::installed);
  EXPECT_EQ(slabs.fresh().size, 8192U);
}

TEST(GuardedSlabs, HundredThousandStacksAreAllGuarded) {
  GuardedSlabs slabs(stack_bytes, StackGuard::installed);
  slabs.fresh();
  if (slabs.guard() != StackGuard::installed) GTEST_SKIP() << "this host has no MADV_GUARD_INSTALL (Linux 6.13)";
  const std::size_t mappings_before = host_mappings();
  for (int i = 1; i < 100'000; ++i) ASSERT_FALSE(slabs.fresh().has_canary);
  EXPECT_EQ(slabs.guard(), StackGuard::installed);
  EXPECT_LT(host_mappings(), mappings_before + 1'000)
      << "some for a slab, the sanitizers' own among them, none for a stack";
}

TEST(GuardedSlabs, WithoutInstalledGuardsThePagesAreProtected) {
  GuardedSlabs slabs(stack_bytes, StackGuard::protected_pages);
  const std::size_t mappings_before = host_mappings();
  for (int i = 0; i < 64; ++i) EXPECT_FALSE(slabs.fresh().has_canary);
  EXPECT_GE(host_mappings(), mappings_before + 64);
}

TEST(GuardedSlabs, BeyondTheHostsMappingsCanariesMustDo) {
  std::vector<Stack> stacks;
  GuardedSlabs slabs(4096, StackGuard::protected_pages);
  while (slabs.guard() == StackGuard::protected_pages && stacks.size() < 1'000'000) stacks.push_back(slabs.fresh());
  ASSERT_EQ(slabs.guard(), StackGuard::canary);
  EXPECT_FALSE(stacks.front().has_canary);
  EXPECT_TRUE(stacks.back().has_canary);
  check_canary(stacks.back());
  EXPECT_TRUE(slabs.fresh().has_canary);
}

using GuardedSlabsDeathTest = testing::Test;

TEST(GuardedSlabsDeathTest, TouchingTheGuardFaults) {
  for (const StackGuard guard : {StackGuard::installed, StackGuard::protected_pages}) {
    GuardedSlabs slabs(stack_bytes, guard);
    const Stack stack = slabs.fresh();
    *stack.low = std::byte{1};
    EXPECT_DEATH(*static_cast<volatile std::byte*>(stack.low - 1) = std::byte{1}, "");
    EXPECT_DEATH(*static_cast<volatile std::byte*>(stack.low - stack_guard_bytes) = std::byte{1}, "");
  }
}

}  // namespace signalbox::guarded_slabs_test
