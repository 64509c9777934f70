#include "kernel/exec/huge_arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace signalbox::huge_arena_test {

constexpr std::size_t cell = 512;

TEST(HugeArena, WhatIsTakenInARowLiesInARow) {
  HugeArena arena(0, HugeArena::Pages::huge);
  std::byte* const first = arena.take(cell);
  EXPECT_EQ(arena.take(cell), first + cell);
}

TEST(HugeArena, ManyCellsAreAlignedApartAndZeroed) {
  HugeArena arena(0, HugeArena::Pages::huge);
  for (unsigned k = 0; k < 20'000; ++k) {  // several chunks
    std::byte* const memory = arena.take(cell);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(memory) % cell, 0U);
    ASSERT_TRUE(std::all_of(memory, memory + cell, [](std::byte byte) { return byte == std::byte{}; }));
    std::fill_n(memory, cell, std::byte{1});
  }
}

TEST(HugeArena, ChunksDouble) {
  HugeArena arena(0, HugeArena::Pages::huge);
  arena.take(cell);
  const std::size_t small = arena.bytes_mapped();
  EXPECT_LE(small, std::size_t{256} * 1024) << "few objects map little";
  while (arena.bytes_mapped() == small) arena.take(cell);
  const std::size_t with_huge_page = arena.bytes_mapped();
  EXPECT_EQ(with_huge_page, small + Mapping::huge_page);
  while (arena.bytes_mapped() == with_huge_page) arena.take(cell);
  EXPECT_EQ(arena.bytes_mapped(), small + 2 * Mapping::huge_page) << "whole huge pages, as many as there are already";
}

TEST(HugeArena, HeadroomStaysBelowEachChunk) {
  constexpr std::size_t headroom = 4096;
  HugeArena arena(headroom, HugeArena::Pages::plain);
  std::byte* const first = arena.take(cell);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % headroom, 0U);
  std::fill_n(first - headroom, headroom, std::byte{1});  // mapped, and nobody's
  EXPECT_EQ(arena.take(cell), first + cell);
}

}  // namespace signalbox::huge_arena_test
