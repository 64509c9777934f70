#include "kernel/mm/proc/pagemap_entry.hpp"

#include <gtest/gtest.h>

namespace signalbox::pagemap_entry_test {

using enum PagemapPage::Place;

// Documentation/admin-guide/mm/pagemap.rst: bits 0-54 frame, or 0-4 area and 5-54 slot; 55 soft-dirty, 56 exclusive,
// 61 file or shared, 62 swapped, 63 present.
TEST(PagemapPage, BitsAreWhereLinuxHasThem) {
  EXPECT_EQ(PagemapPage{}.bits(), 0U);
  EXPECT_EQ((PagemapPage{.place = frame, .frame = FrameNumber(0x12345), .is_exclusive = true}).bits(),
            0x8100'0000'0001'2345U);
  EXPECT_EQ((PagemapPage{.place = swap, .swap_area = 3, .swap_slot = 5, .is_soft_dirty = true}).bits(),
            0x4080'0000'0000'00a3U);
  EXPECT_EQ((PagemapPage{.place = frame, .frame = FrameNumber(1), .is_file_or_shared = true}).bits(),
            0xa000'0000'0000'0001U);
}

TEST(PagemapPage, IsReadAsItWasWritten) {
  const PagemapPage pages[] = {{},
                               {.is_soft_dirty = true},
                               {.place = frame, .frame = FrameNumber(0xffff'ffff), .is_exclusive = true},
                               {.place = swap, .swap_area = 31, .swap_slot = (std::uint64_t{1} << 50U) - 1},
                               {.place = frame, .frame = FrameNumber(7), .is_file_or_shared = true}};
  for (const PagemapPage& page : pages) EXPECT_EQ(PagemapPage::of(page.bits()), page) << page.bits();
}

TEST(PagemapPageDeathTest, SlotsBeyondTheFieldAreOurBug) {
  const PagemapPage page{.place = swap, .swap_slot = std::uint64_t{1} << 50U};
  EXPECT_DEATH(static_cast<void>(page.bits()), "slots 50");
}

}  // namespace signalbox::pagemap_entry_test
