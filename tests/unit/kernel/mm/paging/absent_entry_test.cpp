#include "kernel/mm/paging/absent_entry.hpp"

#include <gtest/gtest.h>

namespace signalbox::absent_entry_test {

TEST(AbsentEntry, SwapEntryIsLinuxs) {
  // type 0 in bits 59 to 63, the offset inverted in bits 9 to 58 (asm/pgtable_64.h).
  EXPECT_EQ(swap_entry(SwapSlot(0), x86_64_format()).bits(), 0x07ff'ffff'ffff'fe00U);
  EXPECT_EQ(swap_entry(SwapSlot(5), x86_64_format(), page_bit::swapped_exclusive).bits(), 0x07ff'ffff'ffff'f408U);
}

TEST(AbsentEntry, SlotComesBackFromBothWidths) {
  for (const std::uint32_t slot : {0U, 1U, 5U, 0x12'3456U, 0x7f'fffeU}) {
    const PageEntry entry = swap_entry(SwapSlot(slot), x86_64_format(), page_bit::swapped_exclusive);
    EXPECT_TRUE(is_swap_entry(entry));
    EXPECT_EQ(slot_of(entry, x86_64_format()), SwapSlot(slot));
    const PageEntry narrow = swap_entry(SwapSlot(slot), x86_32_format());
    EXPECT_TRUE(is_swap_entry(narrow));
    EXPECT_EQ(narrow.bits() >> 32U, 0U);
    EXPECT_EQ(slot_of(narrow, x86_32_format()), SwapSlot(slot));
  }
}

TEST(AbsentEntry, PageThatNobodyMayUseIsNoSwapEntry) {
  const PageEntry closed(FrameNumber(0), page_bit::no_rights);
  EXPECT_TRUE(holds_page(closed));
  EXPECT_FALSE(is_swap_entry(closed));
  EXPECT_FALSE(is_swap_entry(PageEntry()));
  EXPECT_FALSE(holds_page(PageEntry()));
}

}  // namespace signalbox::absent_entry_test
