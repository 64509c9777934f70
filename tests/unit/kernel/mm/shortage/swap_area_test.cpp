#include "kernel/mm/shortage/swap_area.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::swap_area_test {

using Bytes = std::vector<std::byte>;

Bytes page_of(unsigned char each) { return Bytes(page_bytes, std::byte{each}); }
Bytes read(const SwapArea& swap, SwapSlot slot) {
  Bytes page = page_of(0xee);
  swap.read(slot, page);
  return page;
}
std::vector<std::uint32_t> allocate(SwapArea& swap, std::uint32_t count) {
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < count; ++i) slots.push_back(swap.allocate()->value());
  return slots;
}

TEST(SwapArea, NeighboursInTimeAreNeighboursOnTheDisk) {
  SwapArea swap(1024);
  EXPECT_EQ(allocate(swap, 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  swap.put(SwapSlot(1));
  EXPECT_EQ(allocate(swap, 2), (std::vector<std::uint32_t>{4, 5}));  // the cluster goes on
}

TEST(SwapArea, NextClusterIsTheFirstFreeOne) {
  SwapArea swap(1024);
  allocate(swap, 256 + 10);  // the second cluster is begun
  for (std::uint32_t slot = 0; slot < 256; ++slot) swap.put(SwapSlot(slot));
  const std::vector<std::uint32_t> rest = allocate(swap, 246);
  EXPECT_EQ(rest.back(), 511U);
  EXPECT_EQ(swap.allocate(), SwapSlot(0));
}

// Only 255 in a row are free at the beginning: the run that follows slot 300 is taken.
TEST(SwapArea, ClustersNeedNotBeAligned) {
  SwapArea swap(1024);
  allocate(swap, 512);
  for (std::uint32_t slot = 0; slot < 512; ++slot) {
    if (slot != 255 && slot != 300) swap.put(SwapSlot(slot));
  }
  EXPECT_EQ(swap.allocate(), SwapSlot(301));
}

TEST(SwapArea, WithoutAFreeClusterTheFirstFreeSlotIsTaken) {
  SwapArea swap(512);
  allocate(swap, 512);
  EXPECT_EQ(swap.free_slots(), 0U);
  for (std::uint32_t slot = 1; slot < 512; slot += 2) swap.put(SwapSlot(slot));
  EXPECT_EQ(allocate(swap, 3), (std::vector<std::uint32_t>{1, 3, 5}));
}

TEST(SwapArea, RefusesWhenItIsFull) {
  SwapArea swap(3);
  allocate(swap, 3);
  EXPECT_EQ(swap.allocate(), std::nullopt);
  swap.put(SwapSlot(1));
  EXPECT_EQ(swap.allocate(), SwapSlot(1));
  SwapArea none(0);
  EXPECT_EQ(none.allocate(), std::nullopt);
}

TEST(SwapArea, SlotIsFreeWhenItsLastUseEnds) {
  SwapArea swap(8);
  const SwapSlot slot = *swap.allocate();
  swap.get(slot);
  EXPECT_EQ(swap.uses(slot), 2U);
  swap.put(slot);
  EXPECT_EQ(swap.free_slots(), 7U);
  swap.put(slot);
  EXPECT_EQ(swap.free_slots(), 8U);
  EXPECT_EQ(swap.uses(slot), 0U);
}

TEST(SwapArea, ReadsWhatWasWritten) {
  SwapArea swap(8);
  const SwapSlot a = *swap.allocate();
  const SwapSlot b = *swap.allocate();
  swap.write(a, page_of(1));
  swap.write(b, page_of(2));
  swap.write(a, page_of(3));
  EXPECT_EQ(read(swap, a), page_of(3));
  EXPECT_EQ(read(swap, b), page_of(2));
  EXPECT_EQ(swap.stored_bytes(), 2 * page_bytes);
}

TEST(SwapArea, PageOfZerosCostsNothing) {
  SwapArea swap(8);
  const SwapSlot slot = *swap.allocate();
  EXPECT_EQ(read(swap, slot), page_of(0));
  swap.write(slot, page_of(1));
  swap.write(slot, page_of(0));
  EXPECT_EQ(read(swap, slot), page_of(0));
  EXPECT_EQ(swap.stored_bytes(), 0U);
}

TEST(SwapArea, FreedSlotForgetsItsPage) {
  SwapArea swap(1);
  const SwapSlot slot = *swap.allocate();
  swap.write(slot, page_of(1));
  swap.set_shadow(slot, {.age = 5});
  swap.put(slot);
  EXPECT_EQ(swap.stored_bytes(), 0U);
  ASSERT_EQ(swap.allocate(), slot);
  EXPECT_EQ(read(swap, slot), page_of(0));
  EXPECT_EQ(swap.take_shadow(slot), std::nullopt);
}

TEST(SwapArea, ShadowIsTakenOnce) {
  SwapArea swap(1);
  const SwapSlot slot = *swap.allocate();
  swap.set_shadow(slot, {.age = 5, .was_workingset = true});
  EXPECT_EQ(swap.take_shadow(slot), (EvictionShadow{.age = 5, .was_workingset = true}));
  EXPECT_EQ(swap.take_shadow(slot), std::nullopt);
}

TEST(SwapArea, OverHalfIsMoreThanHalf) {
  SwapArea swap(4);
  allocate(swap, 2);
  EXPECT_FALSE(swap.is_over_half());
  allocate(swap, 1);
  EXPECT_TRUE(swap.is_over_half());
}

TEST(SwapArea, InjectedFaultRefusesOneAllocation) {
  SwapArea swap(8);
  swap.refuse_allocation(2);
  EXPECT_TRUE(swap.allocate());
  EXPECT_FALSE(swap.allocate());
  EXPECT_EQ(swap.free_slots(), 7U);
  EXPECT_TRUE(swap.allocate());
}

TEST(SwapAreaDeathTest, FreeSlotsCannotBeUsed) {
  SwapArea swap(8);
  EXPECT_DEATH(swap.put(SwapSlot(0)), "only a slot in use");
  EXPECT_DEATH(swap.get(SwapSlot(8)), "points into swap");
}

}  // namespace signalbox::swap_area_test
