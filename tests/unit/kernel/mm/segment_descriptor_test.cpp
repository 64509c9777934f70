#include "kernel/mm/segment_descriptor.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

namespace signalbox::segment_descriptor_test {

Segment flat(bool is_code, std::uint8_t privilege) {
  return {.base = 0,
          .limit = 0xf'ffff,
          .counts_pages = true,
          .is_wide = true,
          .is_code = is_code,
          .is_open = true,
          .privilege = privilege,
          .is_present = true};
}

// The descriptors of a 32-bit Linux's GDT (arch/x86/kernel/cpu/common.c, gdt_page).
TEST(Segment, LinuxsFlatSegments) {
  EXPECT_EQ(flat(true, 0).bits(), 0x00cf'9a00'0000'ffffU);
  EXPECT_EQ(flat(false, 0).bits(), 0x00cf'9200'0000'ffffU);
  EXPECT_EQ(flat(true, 3).bits(), 0x00cf'fa00'0000'ffffU);
  EXPECT_EQ(flat(false, 3).bits(), 0x00cf'f200'0000'ffffU);
}

TEST(Segment, BaseAndLimitAreScatteredAsTheHardwareWants) {
  const Segment segment = Segment::of(0x12c5'9234'5678'9abc);
  EXPECT_EQ(segment.base, 0x1234'5678U);
  EXPECT_EQ(segment.limit, 0x5'9abcU);
}

TEST(SegmentProperty, IsWhatItsBitsSay) {
  EXPECT_TRUE(rc::check("both ways", [] {
    // Accessed, available and long-mode bits are not kept.
    const std::uint64_t ignored = 1ULL << 40U | 1ULL << 52U | 1ULL << 53U;
    const std::uint64_t bits = *rc::gen::arbitrary<std::uint64_t>() & ~ignored;
    RC_ASSERT(Segment::of(bits).bits() == bits);
  }));
}

TEST(Segment, LimitIsTheLastOffset) {
  const Segment segment{.limit = 0xff};
  EXPECT_TRUE(segment.contains(0xff, 1));
  EXPECT_TRUE(segment.contains(0xfc, 4));
  EXPECT_FALSE(segment.contains(0xfd, 4));
  EXPECT_FALSE(segment.contains(0xffff'ffff, 2));
}

TEST(Segment, PagesCountWhole) {
  const Segment segment{.limit = 1, .counts_pages = true};
  EXPECT_TRUE(segment.contains(0x1fff, 1));
  EXPECT_FALSE(segment.contains(0x1fff, 2));
  EXPECT_TRUE(flat(false, 3).contains(0xffff'ffff, 1));
}

TEST(Segment, ExpandDownInvertsTheTest) {
  Segment stack{.limit = 0xfff, .is_wide = true, .is_expand_down = true, .is_open = true};
  EXPECT_FALSE(stack.contains(0xfff, 1));
  EXPECT_TRUE(stack.contains(0x1000, 4));
  EXPECT_TRUE(stack.contains(0xffff'fffc, 4));
  EXPECT_FALSE(stack.contains(0xffff'fffd, 4));
  stack.is_wide = false;
  EXPECT_TRUE(stack.contains(0xfffc, 4));
  EXPECT_FALSE(stack.contains(0x1'0000, 1));
}

TEST(SegmentSelector, IsIndexTableAndPrivilege) {
  // __USER_DS of 32-bit Linux: entry 15 of the GDT, privilege 3.
  EXPECT_EQ((SegmentSelector{.index = 15, .requested_privilege = 3}).bits(), 0x7bU);
  const SegmentSelector local{.index = 8191, .table = SegmentSelector::Table::ldt, .requested_privilege = 3};
  EXPECT_EQ(local.bits(), 0xffffU);
  EXPECT_EQ(SegmentSelector::of(0xffff), local);
  EXPECT_TRUE(SegmentSelector::of(3).is_null());
  EXPECT_FALSE(SegmentSelector::of(4).is_null());
}

}  // namespace signalbox::segment_descriptor_test
