#include "kernel/mm/translation_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/mm/page_table.hpp"
#include "tests/support/emulated_ram.hpp"

namespace signalbox::translation_text_test {

TEST(TranslationText, ShowsEveryLevel) {
  EmulatedRam ram(1024);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  const VirtAddr at(0x7fff'f7dd'5123);
  using namespace page_bit;
  ASSERT_TRUE(table.map(VirtAddr(0x7fff'f7dd'5000), PageEntry(FrameNumber(77), present | user | no_execute)));
  EXPECT_EQ(translation_text(ram.memory, x86_64_format(), table.root(), at),
            "0x7ffff7dd5123 = PGD 255, PUD 511, PMD 446, PTE 469, offset 0x123\n"
            "  root 0x0\n"
            "  PGD [255] at 0x7f8: 0x0000000000001067  P R/W U/S A D\n"
            "  PUD [511] at 0x1ff8: 0x0000000000002067  P R/W U/S A D\n"
            "  PMD [446] at 0x2df0: 0x0000000000003067  P R/W U/S A D\n"
            "  PTE [469] at 0x3ea8: 0x800000000004d005  P U/S XD\n"
            "physical 0x4d123 (frame 77), 4 memory accesses and one for the data\n");
}

TEST(TranslationText, SaysWhereItEnds) {
  EmulatedRam ram(4096);
  const PageTable table = PageTable::create(ram.memory, x86_32_format()).value();
  EXPECT_EQ(translation_text(ram.memory, x86_32_format(), table.root(), VirtAddr(0xc000'0010)),
            "0xc0000010 = PGD 768, PTE 0, offset 0x10\n"
            "  root 0x0\n"
            "  PGD [768] at 0xc00: 0x00000000  not present\n"
            "page fault after 1 memory access\n");
}

TEST(TranslationText, LargePagesHaveLongerOffsets) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_32_format()).value();
  const PageEntry entry(FrameNumber(1024), page_bit::table);
  ASSERT_TRUE(table.map(VirtAddr(0xc000'0000), entry, PageSize::large));
  EXPECT_EQ(translation_text(ram.memory, x86_32_format(), table.root(), VirtAddr(0xc012'3456)),
            "0xc0123456 = PGD 768, offset 0x123456\n"
            "  root 0x0\n"
            "  PGD [768] at 0xc00: 0x004000e7  P R/W U/S A D PS\n"
            "physical 0x523456 (frame 1315), 1 memory access and one for the data\n");
}

TEST(TranslationText, BitSevenOfASmallPageIsItsCaching) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, flat_format()).value();
  ASSERT_TRUE(table.map(VirtAddr(0x1000), PageEntry(FrameNumber(77), page_bit::present | page_bit::large)));
  EXPECT_THAT(translation_text(ram.memory, flat_format(), table.root(), VirtAddr(0x1000)),
              testing::HasSubstr("0x0004d081  P PAT\n"));
}

TEST(TranslationText, AddressWithTooManyBitsIsSaid) {
  EmulatedRam ram(4096);
  EXPECT_EQ(translation_text(ram.memory, x86_64_format(), PhysAddr(), VirtAddr(0x8000'0000'0000)),
            "0x800000000000 is no address of x86-64: it has more than 48 bits\n");
}

}  // namespace signalbox::translation_text_test
