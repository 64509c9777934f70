#include "kernel/mm/page_format.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/emulated_ram.hpp"

namespace signalbox::page_format_test {

TEST(PageFormat, X86_64IndexesByNineBits) {
  const PageFormat& format = x86_64_format();
  const VirtAddr at(0x7fff'ffff'e123);
  EXPECT_EQ(format.levels[0].index_of(at), 255U);
  EXPECT_EQ(format.levels[1].index_of(at), 511U);
  EXPECT_EQ(format.levels[2].index_of(at), 511U);
  EXPECT_EQ(format.levels[3].index_of(at), 510U);
  EXPECT_EQ(format.levels[format.large_level()].entry_span(), 2U << 20U);
}

TEST(PageFormat, TablesFillFramesAndTheFlatOneFourMib) {
  for (unsigned level = 0; level < 4; ++level) EXPECT_EQ(x86_64_format().table_order(level), 0U);
  for (unsigned level = 0; level < 2; ++level) EXPECT_EQ(x86_32_format().table_order(level), 0U);
  EXPECT_EQ(flat_format().table_bytes(0), 4U << 20U);
  EXPECT_EQ(flat_format().table_order(0), 10U);
}

TEST(PageFormat, AddressesBeyondItsBitsAreRefused) {
  EXPECT_TRUE(x86_64_format().is_canonical(VirtAddr(0x7fff'ffff'ffff)));
  EXPECT_FALSE(x86_64_format().is_canonical(VirtAddr(0x8000'0000'0000)));
  EXPECT_TRUE(x86_64_format().is_canonical(VirtAddr(0xffff'8000'0000'0000)));
  EXPECT_TRUE(x86_32_format().is_canonical(VirtAddr(0xffff'ffff)));
  EXPECT_FALSE(flat_format().is_canonical(VirtAddr(0x1'0000'0000)));
}

TEST(PageFormat, FindsTheBeginningOfAnEntry) {
  const PageLevel& pmd = x86_64_format().levels[2];
  EXPECT_EQ(pmd.begin_of(3, VirtAddr(0x7f12'3456'7890)), VirtAddr(0x7f12'0060'0000));
  EXPECT_EQ(x86_64_format().levels[0].begin_of(256, VirtAddr(0xffff'8000'0000'0000)), VirtAddr(0xffff'8000'0000'0000));
}

TEST(PageFormat, NarrowEntriesLoseTheUpperHalf) {
  EmulatedRam ram(1);
  const PageEntry entry = PageEntry(FrameNumber(5), page_bit::present | page_bit::no_execute);
  x86_32_format().write(ram.memory, PhysAddr(8), entry);
  EXPECT_EQ(x86_32_format().read(ram.memory, PhysAddr(8)), entry.without(page_bit::no_execute));
  EXPECT_EQ(ram.memory.read<std::uint32_t>(PhysAddr(12)), 0U);
  x86_64_format().write(ram.memory, PhysAddr(8), entry);
  EXPECT_EQ(x86_64_format().read(ram.memory, PhysAddr(8)), entry);
}

TEST(PageFormatDeathTest, NarrowEntriesReachNoFrameBeyondFourGib) {
  EmulatedRam ram(1);
  std::array<std::byte, 4> slot{};
  const PageEntry last(FrameNumber((1U << 20U) - 1), page_bit::present);
  x86_32_format().write(slot.data(), last);
  EXPECT_EQ(x86_32_format().read(slot.data()), last);
  const PageEntry beyond(FrameNumber(1U << 20U), page_bit::present);
  EXPECT_DEATH(x86_32_format().write(ram.memory, PhysAddr(), beyond), "below 4 GiB");
  EXPECT_DEATH(x86_32_format().write(slot.data(), beyond), "below 4 GiB");
}

TEST(PageFormat, TextbookFlatHasNoLargePages) {
  EXPECT_EQ(flat_format().large_level(), flat_format().last_level());
  EXPECT_EQ(x86_32_format().large_level(), 0U);
}

}  // namespace signalbox::page_format_test
