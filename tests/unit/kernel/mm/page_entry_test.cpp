#include "kernel/mm/page_entry.hpp"

#include <gtest/gtest.h>

namespace signalbox::page_entry_test {

// As a real Linux shows them: a page table of a process, and a writable page without execution.
TEST(PageEntry, ValuesAreTheHardwares) {
  EXPECT_EQ(PageEntry(FrameNumber(0x12345), page_bit::table).bits(), 0x1234'5067U);
  using namespace page_bit;
  EXPECT_EQ(PageEntry(FrameNumber(0x9), present | writable | user | accessed | dirty | no_execute).bits(),
            0x8000'0000'0000'9067U);
  EXPECT_EQ(PageEntry(FrameNumber(0x200), present | writable | user | large).bits(), 0x20'0087U);
}

TEST(PageEntry, FrameIsWhatIsNoFlag) {
  const PageEntry entry(0xfff0'0000'1234'5fff);
  EXPECT_EQ(entry.address(), PhysAddr(0x1234'5000));
  EXPECT_EQ(entry.frame(), FrameNumber(0x12345));
}

TEST(PageEntry, FlagsComeAndGo) {
  const PageEntry entry = PageEntry(FrameNumber(1), page_bit::present).with(page_bit::dirty);
  EXPECT_TRUE(entry.is_present());
  EXPECT_TRUE(entry.has(page_bit::present | page_bit::dirty));
  EXPECT_FALSE(entry.has(page_bit::present | page_bit::writable));
  EXPECT_FALSE(entry.without(page_bit::present).is_present());
}

}  // namespace signalbox::page_entry_test
