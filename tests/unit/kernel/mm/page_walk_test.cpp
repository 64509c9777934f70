#include "kernel/mm/page_walk.hpp"

#include <gtest/gtest.h>

#include "tests/support/emulated_ram.hpp"

namespace signalbox::page_walk_test {

// Tables made by hand: 1 at 0x1000 to 4 at 0x4000, the page at frame 9.
class X86Walk : public ::testing::Test {
 protected:
  X86Walk() : ram_(16) {
    for (unsigned level = 0; level < 4; ++level) {
      write(level, PageEntry(FrameNumber(level + 2), page_bit::table));
    }
    write(3, PageEntry(FrameNumber(9), page_bit::present | page_bit::writable | page_bit::user));
  }
  PhysAddr slot(unsigned level) const { return format_.slot(table(level), level, at_); }
  static PhysAddr table(unsigned level) { return address_of(FrameNumber(level + 1)); }
  void write(unsigned level, PageEntry entry) { format_.write(ram_.memory, slot(level), entry); }
  Walk from_root() const { return walk(ram_.memory, format_, {.table = table(0)}, at_); }

  const PageFormat& format_ = x86_64_format();
  EmulatedRam ram_;
  VirtAddr at_{0x7fff'f7dd'5123};
};

TEST_F(X86Walk, TakesOneAccessForEachLevel) {
  const Walk found = from_root();
  EXPECT_TRUE(found.is_mapped);
  ASSERT_EQ(found.accesses, 4U);
  for (unsigned level = 0; level < 4; ++level) {
    EXPECT_EQ(found.steps[level].level, level);
    EXPECT_EQ(found.steps[level].slot, slot(level));
  }
  EXPECT_EQ(translated(found, format_, at_), PhysAddr(0x9123));
}

TEST_F(X86Walk, EndsWhereNothingIsPresent) {
  write(1, PageEntry());
  const Walk found = from_root();
  EXPECT_FALSE(found.is_mapped);
  EXPECT_EQ(found.accesses, 2U);
  EXPECT_EQ(translated(found, format_, at_), std::nullopt);
}

TEST_F(X86Walk, LargePageEndsOneLevelEarlier) {
  write(2, PageEntry(FrameNumber(512), page_bit::table | page_bit::large));
  const Walk found = from_root();
  EXPECT_EQ(found.accesses, 3U);
  EXPECT_EQ(translated(found, format_, at_), PhysAddr(0x20'0000 + (at_.value() & 0x1f'ffff)));
}

TEST_F(X86Walk, RightsAreWhatEveryLevelAllows) {
  EXPECT_EQ(from_root().rights, PageRights());
  write(0, PageEntry(FrameNumber(2), page_bit::table).without(page_bit::writable));
  EXPECT_FALSE(from_root().rights.allow(Access::write));
  EXPECT_TRUE(from_root().rights.allow(Access::read));
  write(1, PageEntry(FrameNumber(3), page_bit::table | page_bit::no_execute));
  EXPECT_FALSE(from_root().rights.allow(Access::execute));
  write(2, PageEntry(FrameNumber(4), page_bit::table).without(page_bit::user));
  EXPECT_FALSE(from_root().rights.allow(Access::read));
}

TEST_F(X86Walk, WalkCacheSpareAccessesAndKeepRights) {
  const WalkStart known{.table = table(3), .level = 3, .rights = {.writable = false}};
  const Walk found = walk(ram_.memory, format_, known, at_);
  EXPECT_EQ(found.accesses, 1U);
  EXPECT_EQ(translated(found, format_, at_), PhysAddr(0x9123));
  EXPECT_FALSE(found.rights.writable);
}

}  // namespace signalbox::page_walk_test
