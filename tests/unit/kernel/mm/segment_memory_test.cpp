#include "kernel/mm/segment_memory.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iterator>
#include <optional>
#include <vector>

#include "kernel/base/prng.hpp"

namespace signalbox::segment_memory_test {

using Places = std::vector<std::optional<std::uint64_t>>;

// Silberschatz's partitions of 100, 500, 200, 300 and 600 KiB, a segment of 1 KiB between each two.
constexpr std::uint64_t at_100 = 0;
constexpr std::uint64_t at_500 = 101;
constexpr std::uint64_t at_200 = 602;
constexpr std::uint64_t at_300 = 803;
constexpr std::uint64_t at_600 = 1104;

SegmentMemory partitions(Fit fit) {
  SegmentMemory memory(1704, fit);
  std::vector<std::uint64_t> spare;
  for (const std::uint64_t size : {100U, 500U, 200U, 300U, 600U}) {
    spare.push_back(*memory.allocate(size));
    if (size != 600) (void)memory.allocate(1);
  }
  for (const std::uint64_t address : spare) memory.release(address);
  return memory;
}

Places placed(Fit fit) {
  SegmentMemory memory = partitions(fit);
  Places places;
  for (const std::uint64_t size : {212U, 417U, 112U, 426U}) places.push_back(memory.allocate(size));
  return places;
}

TEST(SegmentMemory, PublishedPlacements) {
  EXPECT_EQ(placed(Fit::first), (Places{at_500, at_600, at_500 + 212, std::nullopt}));
  EXPECT_EQ(placed(Fit::best), (Places{at_300, at_500, at_200, at_600}));
  EXPECT_EQ(placed(Fit::worst), (Places{at_600, at_500, at_600 + 212, std::nullopt}));
}

TEST(SegmentMemory, NextFitGoesOnWhereItWas) {
  SegmentMemory memory = partitions(Fit::next);
  EXPECT_EQ(memory.allocate(212), at_500);
  EXPECT_EQ(memory.allocate(150), at_500 + 212);
  EXPECT_EQ(memory.allocate(112), at_500 + 362);
  EXPECT_EQ(memory.allocate(112), at_200);
  EXPECT_EQ(memory.allocate(90), at_300);
  EXPECT_EQ(memory.allocate(417), at_600);
  EXPECT_EQ(memory.allocate(183), at_600 + 417);
  EXPECT_EQ(memory.allocate(90), at_100);
}

TEST(SegmentMemory, HolesThatMeetBecomeOne) {
  SegmentMemory memory(30, Fit::first);
  for (const std::uint64_t address : {0U, 10U, 20U}) EXPECT_EQ(memory.allocate(10), address);
  EXPECT_TRUE(memory.holes().empty());
  memory.release(0);
  memory.release(20);
  EXPECT_EQ(memory.holes(), (SegmentMemory::Ranges{{0, 10}, {20, 10}}));
  memory.release(10);
  EXPECT_EQ(memory.holes(), (SegmentMemory::Ranges{{0, 30}}));
}

TEST(SegmentMemory, CompactionMovesDownInOrder) {
  SegmentMemory memory = partitions(Fit::first);
  EXPECT_EQ(memory.largest_hole(), 600U);
  EXPECT_EQ(memory.unusable_free(601), 1000U);
  EXPECT_EQ(memory.unusable_free(250), 300U * 1000 / 1700);
  const auto moves = memory.compact();
  EXPECT_EQ(moves, (std::vector<SegmentMemory::Move>{{100, 0, 1}, {601, 1, 1}, {802, 2, 1}, {1103, 3, 1}}));
  EXPECT_EQ(memory.holes(), (SegmentMemory::Ranges{{4, 1700}}));
  EXPECT_EQ(memory.unusable_free(1700), 0U);
  EXPECT_TRUE(memory.compact().empty());
}

TEST(SegmentMemoryDeathTest, ReleasingTwiceFails) {
  SegmentMemory memory(10, Fit::best);
  (void)memory.allocate(5);
  memory.release(0);
  EXPECT_DEATH(memory.release(0), "released once");
}

// Segments and holes cover all of memory, alternate as they must, and all comes back.
TEST(SegmentMemoryProperty, NothingOverlapsAndNothingIsLost) {
  EXPECT_TRUE(rc::check("segments", [] {
    const auto fit = *rc::gen::element(Fit::first, Fit::next, Fit::best, Fit::worst);
    SegmentMemory memory(1000, fit);
    const auto steps = *rc::gen::inRange(0, 100);
    for (int i = 0; i < steps; ++i) {
      const auto what = *rc::gen::inRange(0, 20);
      if (what == 0) (void)memory.compact();
      if (what > 8 || memory.segments().empty()) {
        const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 200);
        const bool fits = memory.largest_hole() >= bytes;
        RC_ASSERT(memory.allocate(bytes).has_value() == fits);
      } else {
        const auto index = *rc::gen::inRange<std::size_t>(0, memory.segments().size());
        memory.release(std::next(memory.segments().begin(), static_cast<std::ptrdiff_t>(index))->first);
      }
      SegmentMemory::Ranges all = memory.holes();
      all.insert(memory.segments().begin(), memory.segments().end());
      std::uint64_t end = 0;
      bool after_hole = false;
      for (const auto& [address, bytes] : all) {
        RC_ASSERT(address == end && bytes > 0);
        const bool is_hole = memory.holes().contains(address);
        RC_ASSERT(!(is_hole && after_hole));
        after_hole = is_hole;
        end += bytes;
      }
      RC_ASSERT(end == 1000U);
    }
    while (!memory.segments().empty()) memory.release(memory.segments().begin()->first);
    RC_ASSERT(memory.holes() == (SegmentMemory::Ranges{{0, 1000}}));
  }));
}

// Knuth's fifty-percent rule (TAOCP 1, 2.5): in equilibrium there are about half as many holes as segments.
TEST(SegmentMemory, FiftyPercentRule) {
  SegmentMemory memory(1'000'000, Fit::first);
  Prng random(1);
  std::vector<std::uint64_t> held;
  std::uint64_t holes = 0;
  std::uint64_t segments = 0;
  for (int i = 0; i < 60'000; ++i) {
    if (held.size() >= 500) {
      const auto victim = static_cast<std::ptrdiff_t>(random.below(held.size()));
      memory.release(held[static_cast<std::size_t>(victim)]);
      held.erase(held.begin() + victim);
    }
    held.push_back(*memory.allocate(1 + random.below(1000)));
    if (i < 10'000) continue;
    holes += memory.holes().size();
    segments += memory.segments().size();
  }
  EXPECT_NEAR(static_cast<double>(holes) / static_cast<double>(segments), 0.5, 0.1);
}

}  // namespace signalbox::segment_memory_test
