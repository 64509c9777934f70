#include "kernel/alloc/heap_store.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace signalbox::heap_store_test {

using alloc::HeapStore;

TEST(HeapStore, BlocksAreZeroedAlignedAndApart) {
  HeapStore store;
  std::byte* last = nullptr;
  for (std::size_t bytes = 1; bytes < 20'000; bytes = bytes * 3 / 2 + 1) {
    const std::uint32_t handle = store.allocate(bytes);
    EXPECT_NE(handle, 0U);
    auto* const at = static_cast<std::byte*>(store.at(handle));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % 64, 0U);
    for (std::size_t i = 0; i < bytes; ++i) ASSERT_EQ(at[i], std::byte{0}) << bytes;
    std::memset(at, 0xff, bytes);
    EXPECT_NE(at, last);
    last = at;
  }
}

TEST(HeapStore, BlocksStayWhereTheyAre) {
  HeapStore store;
  const std::uint32_t first = store.allocate(100);
  void* const at = store.at(first);
  for (int i = 0; i < 1000; ++i) store.allocate(1000);
  EXPECT_EQ(store.at(first), at);
}

TEST(HeapStore, CopyHasTheSameBlocksElsewhere) {
  HeapStore store;
  const std::uint32_t small = store.allocate(64);
  const std::uint32_t large = store.allocate(10'000);
  std::memset(store.at(small), 1, 64);
  std::memset(store.at(large), 2, 10'000);
  HeapStore copy(store);
  EXPECT_EQ(std::memcmp(copy.at(small), store.at(small), 64), 0);
  EXPECT_EQ(std::memcmp(copy.at(large), store.at(large), 10'000), 0);
  std::memset(copy.at(small), 3, 64);
  EXPECT_EQ(*static_cast<char*>(store.at(small)), 1);
  const std::uint32_t next = copy.allocate(64);
  EXPECT_EQ(next, store.allocate(64)) << "both go on alike";
  EXPECT_NE(copy.at(next), store.at(next));
}

TEST(HeapStore, WastesLittleForAFew) {
  HeapStore store;
  for (int i = 0; i < 10; ++i) store.allocate(64);
  EXPECT_LE(store.bytes(), 1100U);
}

}  // namespace signalbox::heap_store_test
