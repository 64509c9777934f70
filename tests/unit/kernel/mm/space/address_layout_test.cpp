#include "kernel/mm/space/address_layout.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/vma.hpp"

namespace signalbox::address_layout_test {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

// The addresses that a Linux program sees under setarch -R with a stack limit of 8 MiB.
TEST(AddressLayout, WithoutRandomisation) {
  const AddressLayout layout = plain_layout({});
  EXPECT_EQ(layout.mmap_base, VirtAddr(0x7fff'f7ff'f000));
  EXPECT_EQ(layout.stack_top, VirtAddr(0x7fff'ffff'f000));
  EXPECT_EQ(layout.pie_base, VirtAddr(0x5555'5555'4000));
  EXPECT_EQ(layout.end, VirtAddr(0x7fff'ffff'f000));
  EXPECT_EQ(layout.break_span, 0U);
}

TEST(AddressLayout, Of32Bits) {
  const AddressLayout narrow = plain_layout({.width = ProgramWidth::bits_32});
  EXPECT_EQ(narrow.stack_top, VirtAddr(0xc000'0000));
  EXPECT_EQ(narrow.mmap_base, VirtAddr(0xb800'0000));
  EXPECT_EQ(narrow.legacy_base, VirtAddr(0x4000'0000));
  EXPECT_EQ(narrow.pie_base, VirtAddr(0x40'0000));
  const AddressLayout compat = plain_layout({.width = ProgramWidth::bits_32_compat});
  EXPECT_EQ(compat.stack_top, VirtAddr(0xffff'e000));
  EXPECT_EQ(compat.mmap_base, VirtAddr(0xf7ff'e000));
}

TEST(AddressLayout, ALargeStackLimitLowersTheMappingArea) {
  const AddressLayout layout = plain_layout({.stack_limit = 1024 * mib});
  EXPECT_EQ(layout.mmap_base, VirtAddr(0x7fff'ffff'f000 - 1025 * mib));
  const AddressLayout unlimited = plain_layout({.stack_limit = ~std::uint64_t{0}});
  EXPECT_EQ(unlimited.mmap_base, page_aligned(VirtAddr(0x7fff'ffff'f000 - 0x7fff'ffff'f000 / 6 * 5)));
}

TEST(AddressLayout, LegacyGrowsUpwardsFromAThird) {
  const AddressLayout layout = plain_layout({.width = ProgramWidth::bits_32, .is_legacy = true});
  EXPECT_EQ(layout.mmap_base, VirtAddr(0x4000'0000));
}

TEST(AddressLayout, RandomPartsStayInTheirSpans) {
  Prng random(1);
  for (int i = 0; i < 1000; ++i) {
    const AddressLayout layout = random_layout({}, random);
    EXPECT_LE(layout.stack_top, layout.end);
    EXPECT_LT(layout.end - layout.stack_top, 16 * 1024 * mib);
    // Stack limit, the stack's whole random span and the guard, below the top.
    const VirtAddr highest = page_aligned(layout.end) + (0 - (9 * mib + (std::uint64_t{0x3f'ffff} << 12U)));
    EXPECT_LE(layout.mmap_base, highest);
    EXPECT_LT(highest - layout.mmap_base, std::uint64_t{1} << 40U);
    EXPECT_GE(layout.pie_base, VirtAddr(0x5555'5555'4000));
    EXPECT_LT(layout.pie_base - VirtAddr(0x5555'5555'4000), std::uint64_t{1} << 40U);
    for (const VirtAddr at : {layout.stack_top, layout.mmap_base, layout.pie_base}) EXPECT_TRUE(is_page_aligned(at));
  }
}

TEST(AddressLayout, TheSameSeedGivesTheSamePlaces) {
  Prng first(7);
  Prng second(7);
  Prng other(8);
  const AddressLayout layout = random_layout({}, first);
  EXPECT_EQ(random_layout({}, second).mmap_base, layout.mmap_base);
  EXPECT_NE(random_layout({}, other).mmap_base, layout.mmap_base);
}

TEST(AddressLayout, TheHeapBeginsInItsSpan) {
  Prng random(3);
  AddressLayout layout = plain_layout({});
  EXPECT_EQ(heap_begin(layout, VirtAddr(0x5000), random), VirtAddr(0x5000));
  EXPECT_EQ(heap_begin(layout, VirtAddr(0x5001), random), VirtAddr(0x6000));
  layout.break_span = 32 * mib;
  for (int i = 0; i < 1000; ++i) {
    const VirtAddr begin = heap_begin(layout, VirtAddr(0x5001), random);
    EXPECT_GE(begin, VirtAddr(0x6000));
    EXPECT_LT(begin, VirtAddr(0x5001 + 32 * mib));
    EXPECT_TRUE(is_page_aligned(begin));
  }
}

TEST(AddressLayoutDeathTest, MoreRandomBitsThanTheArchitectureHas) {
  EXPECT_DEATH((void)plain_layout({.random_bits = 33}), "limited");
}

}  // namespace signalbox::address_layout_test
