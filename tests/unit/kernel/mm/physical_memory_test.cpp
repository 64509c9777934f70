#include "kernel/mm/physical_memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/emulated_ram.hpp"

namespace signalbox::physical_memory_test {

constexpr std::array two_zones{ZoneKind{"Low", 512, 32, false}, ZoneKind{"High", 1024, 32, false}};

TEST(PhysicalMemory, GivesFromTheHighestZoneThatWillDo) {
  EmulatedRam ram(1024, two_zones);
  EXPECT_EQ(ram.memory.allocate({}), FrameNumber(512));
  EXPECT_EQ(ram.memory.allocate({.highest_zone = 0}), FrameNumber(0));
}

TEST(PhysicalMemory, FallsBackToLowerZonesAndStopsAtTheirMarks) {
  EmulatedRam ram(1024, two_zones);
  std::uint32_t from_low = 0;
  while (const auto frame = ram.memory.allocate({})) from_low += frame->value() < 512 ? 1U : 0U;
  const Zone& low = ram.memory.zones()[0];
  EXPECT_EQ(low.buddy().free_frames(), low.watermarks.low + low.reserves[1]);
  EXPECT_EQ(from_low, 512 - low.buddy().free_frames());
  EXPECT_TRUE(ram.memory.allocate({.highest_zone = 0}));  // the reserve is for those
}

TEST(PhysicalMemory, SplitBlockIsGivenBackFrameByFrameAndMergesAgain) {
  EmulatedRam ram(1024);
  const FreeBlocks before = ram.memory.zones()[0].buddy().free_blocks();
  const FrameNumber head = ram.memory.allocate({.order = 3}).value();
  ram.memory.split(head);
  ram.memory.get(frame_after(head, 2));
  for (std::uint32_t i = 0; i < 8; ++i) ram.memory.put(frame_after(head, i));
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page), 1U);
  ram.memory.put(frame_after(head, 2));
  EXPECT_EQ(ram.memory.zones()[0].buddy().free_blocks(), before);
}

TEST(PhysicalMemory, LastHolderGivesBack) {
  EmulatedRam ram(1024);
  const auto block = ram.memory.allocate({.order = 3});
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page), 8U);
  ram.memory.get(*block);
  ram.memory.put(*block);
  EXPECT_EQ(ram.memory.free_frames(), 1016U);
  ram.memory.put(*block);
  EXPECT_EQ(ram.memory.free_frames(), 1024U);
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page), 0U);
}

TEST(PhysicalMemory, CountsPageTablesApart) {
  EmulatedRam ram(1024);
  const auto table = ram.memory.allocate({.use = FrameUse::page_table});
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page_table), 1U);
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page), 0U);
  ram.memory.put(*table);
  EXPECT_EQ(ram.memory.used_frames(FrameUse::page_table), 0U);
}

TEST(PhysicalMemory, WordsLieInTheArena) {
  EmulatedRam ram(16);
  ram.memory.write<std::uint64_t>(PhysAddr(0x2008), 0x0123'4567'89ab'cdef);
  EXPECT_EQ(ram.memory.read<std::uint32_t>(PhysAddr(0x200c)), 0x0123'4567U);
  EXPECT_EQ(ram.memory.bytes(FrameNumber(2))[8], std::byte{0xef});
  ram.memory.clear(FrameNumber(2));
  EXPECT_EQ(ram.memory.read<std::uint64_t>(PhysAddr(0x2008)), 0U);
}

TEST(PhysicalMemory, RefusesAfterAsManyAsToldUntilToldOtherwise) {
  EmulatedRam ram(16);
  ram.memory.refuse_after(2);
  EXPECT_TRUE(ram.memory.allocate(to_the_last_frame()));
  EXPECT_TRUE(ram.memory.allocate(to_the_last_frame()));
  EXPECT_FALSE(ram.memory.allocate(to_the_last_frame()));
  EXPECT_FALSE(ram.memory.allocate(to_the_last_frame()));
  ram.memory.refuse_after(PhysicalMemory::never);
  EXPECT_TRUE(ram.memory.allocate(to_the_last_frame()));
}

TEST(PhysicalMemoryDeathTest, BugsOfHoldersAreFound) {
  EmulatedRam ram(16);
  const auto frame = ram.memory.allocate(to_the_last_frame());
  ram.memory.put(*frame);
  EXPECT_DEATH(ram.memory.put(*frame), "lets go once");
  EXPECT_DEATH(ram.memory.get(*frame), "only who holds");
  EXPECT_DEATH(ram.memory.read<std::uint64_t>(PhysAddr(16 * page_bytes - 4)), "points into emulated RAM");
}

TEST(PhysicalMemory, AllocationsAreRefusedWhereATestSaysSo) {
  EmulatedRam ram(1024);
  ram.memory.refuse_allocations(2, 2);
  EXPECT_TRUE(ram.memory.allocate({}));
  EXPECT_FALSE(ram.memory.allocate({}));
  EXPECT_FALSE(ram.memory.allocate({}));
  EXPECT_TRUE(ram.memory.allocate({}));
  EXPECT_EQ(ram.memory.allocations(), 4U);
  EXPECT_EQ(ram.memory.refused(), 0U) << "who was refused will ask again, at the lowest watermark";
  ram.memory.refuse_allocations(1, 1);
  EXPECT_FALSE(ram.memory.allocate({.watermark = WatermarkLevel::min}));
  EXPECT_EQ(ram.memory.refused(), 1U);
}

}  // namespace signalbox::physical_memory_test
