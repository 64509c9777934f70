#include "kernel/mm/paging/cached_pages.hpp"

#include <gtest/gtest.h>

#include "tests/support/paged_machine.hpp"

namespace signalbox::cached_pages_test {

TEST(CachedPages, PlaceSaysWhetherAReadIsNeeded) {
  PagedMachine machine(256, 16);
  PageStore memory(PageStore::Kind::shared_memory);
  CachedPages& shared = CachedPages::of(memory, machine.memory);
  EXPECT_EQ(&CachedPages::of(memory, machine.memory), &shared);
  EXPECT_FALSE(shared.needs_read(1));
  shared.set(1, EvictionShadow{});
  EXPECT_FALSE(shared.needs_read(1));
  const SwapSlot slot = machine.memory.swap().allocate().value();
  shared.set(1, slot);
  EXPECT_TRUE(shared.needs_read(1));
  EXPECT_EQ(shared.frame(1), std::nullopt);

  TestFile opened(4);
  CachedPages& file = CachedPages::of(*opened.store(), machine.memory);
  EXPECT_TRUE(file.needs_read(1));
  file.set(1, EvictionShadow{.age = 3});
  EXPECT_TRUE(file.needs_read(1));
  file.forget(1);
  EXPECT_EQ(file.find(1), nullptr);
}

TEST(CachedPages, PlacesInSwapGoWithTheStore) {
  PagedMachine machine(256, 16);
  {
    PageStore memory(PageStore::Kind::shared_memory);
    CachedPages::of(memory, machine.memory).set(7, machine.memory.swap().allocate().value());
    EXPECT_EQ(machine.memory.swap().free_slots(), 15U);
  }
  EXPECT_EQ(machine.memory.swap().free_slots(), 16U);
}

TEST(CachedPages, PagesOfAFileOutliveItsMappingsAndNotTheFile) {
  PagedMachine machine(256);
  MemoryObjectRef file(new TestFile(2));
  {
    const auto space = machine.new_space();
    EXPECT_EQ(machine.load(*space, map_file(*space, file, map_private) + page_bytes), 1U);
  }
  EXPECT_EQ(machine.used_frames(), 2U);  // and the page of zeros
  const auto again = machine.new_space();
  EXPECT_EQ(machine.load(*again, map_file(*again, file, map_shared) + page_bytes), 1U);
  EXPECT_EQ(machine.reads, 1U);
  ASSERT_TRUE(munmap(again->map(), again->map().vmas().first_ending_above({})->range.begin, 2 * page_bytes));
  file.reset();
  EXPECT_EQ(machine.used_frames(), 1U + again->tables().table_frames());
}

// A file may outlive the machine that ran it, and be read by the next.
TEST(CachedPages, StoreOutlivesTheMemory) {
  const MemoryObjectRef file(new TestFile(2));
  for (unsigned i = 0; i < 2; ++i) {
    PagedMachine machine(256);
    const auto space = machine.new_space();
    EXPECT_EQ(machine.load(*space, map_file(*space, file, map_private) + page_bytes), 1U);
    EXPECT_EQ(machine.reads, 1U);
  }
}

}  // namespace signalbox::cached_pages_test
