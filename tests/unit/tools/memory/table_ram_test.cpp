#include "tools/memory/table_ram.hpp"

#include <gtest/gtest.h>

namespace signalbox::table_ram_test {
namespace {

constexpr std::uint64_t user = page_bit::present | page_bit::user;

TEST(TableRam, EveryPageHasAFrameOfItsOwn) {
  TableRam ram(1);
  PageTable table = ram.make_table(x86_64_format());
  ram.map(table, {VirtAddr(0x5000), VirtAddr(0x8000)}, PageSize::small, user);
  ram.map(table, {VirtAddr(0x40'0000), VirtAddr(0x60'0000)}, PageSize::large, user);
  std::vector<PhysAddr> places;
  for (const std::uint64_t at : {0x5000U, 0x6000U, 0x7000U, 0x40'0000U}) {
    const Walk walk = table.look_up(VirtAddr(at));
    ASSERT_TRUE(walk.is_mapped);
    places.push_back(walk.last().entry.address());
  }
  EXPECT_EQ(table.look_up(VirtAddr(0x40'0000)).accesses, 3U);
  std::sort(places.begin(), places.end());
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
}

// The estimate is enough where it is needed most: ranges that share no table.
TEST(TableRam, FramesForIsEnough) {
  for (const PageFormat* format : {&x86_64_format(), &x86_32_format(), &flat_format()}) {
    constexpr std::uint64_t ranges = 20;
    TableRam ram(TableRam::frames_for(*format, ranges, ranges * page_bytes));
    PageTable table = ram.make_table(*format);
    const unsigned shift = format->address_bits - 5;
    for (std::uint64_t i = 0; i < ranges; ++i) {
      const VirtAddr at(i << shift);
      const VirtAddr canonical = format->is_canonical(at) ? at : VirtAddr(at.value() | 0xffff'0000'0000'0000);
      ram.map(table, {canonical, canonical + page_bytes}, PageSize::small, user);
    }
    EXPECT_EQ(ram.memory().used_frames(FrameUse::page), ranges) << format->name;
  }
}

TEST(TableRam, FullLargePagesFitToo) {
  constexpr std::uint64_t bytes = std::uint64_t{1} << 30U;
  TableRam ram(TableRam::frames_for(x86_32_format(), 1, bytes));
  PageTable table = ram.make_table(x86_32_format());
  ram.map(table, {VirtAddr(0), VirtAddr(bytes)}, PageSize::large, user);
  EXPECT_EQ(ram.memory().used_frames(FrameUse::page), pages_of(bytes));
}

}  // namespace
}  // namespace signalbox::table_ram_test
