#include "kernel/mm/space/program_image.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/brk.hpp"
#include "tests/support/address_maps.hpp"

namespace signalbox::program_image_test {

using namespace vma_flag;

TEST(ProgramImage, MapsTextDataBssAndStack) {
  SpaceUnderTest space;
  Prng random(1);
  const ProgramImage image{.file = opened(), .text_bytes = 5000, .data_bytes = 100, .bss_bytes = 5000};
  ASSERT_TRUE(load_image(space.map, image, random));
  const VirtAddr base(0x5555'5555'4000);
  EXPECT_EQ(space.ranges(), (std::vector<PageRange>{{base, base + 0x2000},
                                                    {base + 0x2000, base + 0x3000},
                                                    {base + 0x3000, base + 0x4000},
                                                    {VirtAddr(0x7fff'fffd'e000), VirtAddr(0x7fff'ffff'f000)}}));
  EXPECT_EQ(space.map.parts, (ProgramParts{.code_begin = base,
                                           .code_end = base + 5000,
                                           .data_begin = base + 0x2000,
                                           .data_end = base + 0x2000 + 100,
                                           .heap_begin = base + 0x4000,
                                           .heap_end = base + 0x4000}));
  EXPECT_EQ(space.map.counters(), (MapCounters{.total = 37, .data = 2, .code = 2, .stack = 33}));
  EXPECT_EQ(space.map.vmas().find(base + 0x2000)->page_offset, 2U);
  EXPECT_EQ(sbrk(space.map, 4096).value(), base + 0x4000);
  EXPECT_EQ(space.map.vmas().size(), 4U) << "the heap goes on with the bss";
}

TEST(ProgramImage, AtAFixedPlaceWithoutBss) {
  SpaceUnderTest space({}, {.ram_pages = 1000}, plain_layout({.width = ProgramWidth::bits_32}));
  Prng random(1);
  ASSERT_TRUE(load_image(space.map, {.file = opened(), .is_position_independent = false}, random));
  EXPECT_EQ(space.ranges(), (std::vector<PageRange>{{VirtAddr(0x804'8000), VirtAddr(0x804'9000)},
                                                    {VirtAddr(0x804'9000), VirtAddr(0x804'a000)},
                                                    {VirtAddr(0xbffd'f000), VirtAddr(0xc000'0000)}}));
}

TEST(ProgramImage, ASmallStackLimitIsKept) {
  SpaceUnderTest space;
  space.map.limits.stack = 3 * page_bytes;
  Prng random(1);
  ASSERT_TRUE(load_image(space.map, {.file = opened()}, random));
  EXPECT_EQ(space.map.counters().stack, 3U);
}

TEST(ProgramImage, TwoProgramsInOneSpaceIsEexist) {
  SpaceUnderTest space;
  Prng random(1);
  ASSERT_TRUE(load_image(space.map, {.file = opened()}, random));
  EXPECT_EQ(errno_of(load_image(space.map, {.file = opened()}, random)), Errno::eexist);
}

TEST(ProgramImage, TheHeapIsDrawn) {
  Prng random(5);
  SpaceUnderTest space({}, {.ram_pages = 1000}, random_layout({}, random));
  ASSERT_TRUE(load_image(space.map, {.file = opened()}, random));
  const ProgramParts& parts = space.map.parts;
  EXPECT_GT(parts.heap_begin, parts.data_end);
  EXPECT_LT(parts.heap_begin - parts.data_end, std::uint64_t{1} << 30U);
}

}  // namespace signalbox::program_image_test
