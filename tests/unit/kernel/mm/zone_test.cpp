#include "kernel/mm/zone.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::zone_test {

constexpr std::uint32_t mib = 256;  // frames

TEST(MakeZones, CutsWhereTheKindsSay) {
  std::vector<Frame> frames(64 * mib);
  const std::vector<Zone> zones = make_zones(x86_64_zones(), frames);
  ASSERT_EQ(zones.size(), 2U);  // nothing lies above 4 GiB
  EXPECT_EQ(zones[0].name(), "DMA");
  EXPECT_EQ(zones[0].frames(), 16 * mib);
  EXPECT_EQ(zones[1].name(), "DMA32");
  EXPECT_EQ(zones[1].frames(), 48 * mib);
  EXPECT_EQ(frames[16 * mib - 1].zone, 0);
  EXPECT_EQ(frames[16 * mib].zone, 1);
}

// The reserves of the real machine of watermarks_test, its zones as large as its managed frames.
TEST(MakeZones, ReservesAreThoseOfARealMachine) {
  constexpr std::array kinds{ZoneKind{"DMA", 3840, 256, false}, ZoneKind{"DMA32", 3840 + 772'915, 256, false},
                             ZoneKind{"Normal", 3840 + 772'915 + 5'394'266, 32, false}};
  std::vector<Frame> frames(kinds.back().end_frame);
  const std::vector<Zone> zones = make_zones(kinds, frames);
  EXPECT_EQ(zones[0].reserves, (std::vector<std::uint32_t>{0, 3019, 24'090}));
  EXPECT_EQ(zones[1].reserves, (std::vector<std::uint32_t>{0, 0, 21'071}));
  EXPECT_EQ(zones[2].reserves, (std::vector<std::uint32_t>{0, 0, 0}));
}

TEST(MakeZones, HighMemoryIsNoPartOfTheMinimum) {
  std::vector<Frame> frames(1024 * mib);
  const std::vector<Zone> zones = make_zones(x86_32_zones(), frames);
  ASSERT_EQ(zones.size(), 3U);
  EXPECT_EQ(zones[2].name(), "HighMem");
  EXPECT_EQ(zones[2].watermarks.min, 32U);
  const std::uint32_t min_free_kib = default_min_free_kib(896 * mib);
  EXPECT_EQ(zones[1].watermarks, watermarks_of(880 * mib, 896 * mib, min_free_kib));
  EXPECT_EQ(zones[0].reserves[2], (880 + 128) * mib / 256);
}

class ZoneMarks : public ::testing::Test {
 protected:
  ZoneMarks() : frames_(1024), zones_(make_zones(single_zone(), frames_)) {
    zone_.watermarks = {.min = 80, .low = 100, .high = 120};
  }
  // Leaves so many free frames, all in blocks of order 0 if asked.
  void leave(std::uint32_t free) {
    while (zone_.buddy().free_frames() > free) zone_.buddy().allocate(0);
  }

  std::vector<Frame> frames_;
  std::vector<Zone> zones_;
  Zone& zone_ = zones_.front();
};

TEST_F(ZoneMarks, RequestMustLeaveMoreThanTheMark) {
  leave(101);
  EXPECT_TRUE(zone_.may_serve({}));
  leave(100);
  EXPECT_FALSE(zone_.may_serve({}));
  EXPECT_TRUE(zone_.may_serve({.watermark = WatermarkLevel::min}));
  EXPECT_FALSE(zone_.may_serve({.watermark = WatermarkLevel::high}));
}

TEST_F(ZoneMarks, UrgentRequestsGoDeeper) {
  leave(31);
  EXPECT_TRUE(zone_.may_serve({.watermark = WatermarkLevel::min, .urgency = FrameUrgency::atomic}));
  leave(30);  // 80 / 2 - 40 / 4
  EXPECT_FALSE(zone_.may_serve({.watermark = WatermarkLevel::min, .urgency = FrameUrgency::atomic}));
  EXPECT_FALSE(zone_.may_serve({.watermark = WatermarkLevel::min, .urgency = FrameUrgency::victim}));
  EXPECT_TRUE(zone_.may_serve({.urgency = FrameUrgency::reclaimer}));
  leave(0);
  EXPECT_FALSE(zone_.may_serve({.urgency = FrameUrgency::reclaimer}));
}

TEST_F(ZoneMarks, VictimMayTakeHalf) {
  leave(41);
  EXPECT_TRUE(zone_.may_serve({.watermark = WatermarkLevel::min, .urgency = FrameUrgency::victim}));
  leave(40);
  EXPECT_FALSE(zone_.may_serve({.watermark = WatermarkLevel::min, .urgency = FrameUrgency::victim}));
}

TEST_F(ZoneMarks, LargeRequestsNeedABlockAndTheMarkBesideIt) {
  leave(512);
  EXPECT_TRUE(zone_.may_serve({.order = 8}));
  EXPECT_FALSE(zone_.may_serve({.order = 10}));
  EXPECT_TRUE(zone_.may_serve({.order = 8, .watermark = WatermarkLevel::high}));
  leave(255 + 100);
  zone_.watermarks.low = 100;
  EXPECT_FALSE(zone_.may_serve({.order = 8}));
}

TEST_F(ZoneMarks, WhoCouldGoHigherLeavesTheReserve) {
  zone_.reserves = {0, 50};
  leave(150);
  EXPECT_TRUE(zone_.may_serve({.highest_zone = 0}));
  EXPECT_FALSE(zone_.may_serve({.highest_zone = 1}));
}

}  // namespace signalbox::zone_test
