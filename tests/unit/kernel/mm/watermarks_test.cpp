#include "kernel/mm/watermarks.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::watermarks_test {

constexpr std::uint32_t gib = 262'144;  // frames

TEST(Watermarks, OneZoneOfOneGib) {
  EXPECT_EQ(default_min_free_kib(gib), 4096U);
  EXPECT_EQ(watermarks_of(gib, gib, 4096), (Watermarks{.min = 1024, .low = 1286, .high = 1548}));
}

// The table in the comment above init_per_zone_wmark_min; its 11584 for 8 GiB is 4 sqrt(x), older than sqrt(16 x).
TEST(Watermarks, MinimumGrowsWithTheRootOfMemory) {
  struct Row {
    std::uint64_t mib;
    std::uint32_t kib;
  };
  for (const Row& row : std::to_array<Row>({{16, 512},
                                            {32, 724},
                                            {64, 1024},
                                            {128, 1448},
                                            {256, 2048},
                                            {512, 2896},
                                            {2048, 5792},
                                            {4096, 8192},
                                            {8192, 11585},
                                            {16384, 16384}})) {
    EXPECT_EQ(default_min_free_kib(row.mib * 256), row.kib) << row.mib;
  }
  EXPECT_EQ(default_min_free_kib(1), 128U);
  EXPECT_EQ(default_min_free_kib(std::uint64_t{1} << 40), 262'144U);
}

// /proc/zoneinfo of a Linux 6.18 machine with vm.min_free_kbytes 67584, as it was read on 2026-11-22.
TEST(Watermarks, ZonesOfARealMachine) {
  constexpr std::uint64_t all = 3840 + 772'915 + 5'394'266;
  EXPECT_EQ(watermarks_of(3840, all, 67'584), (Watermarks{10, 13, 16}));
  EXPECT_EQ(watermarks_of(772'915, all, 67'584), (Watermarks{2116, 2888, 3660}));
  EXPECT_EQ(watermarks_of(5'394'266, all, 67'584), (Watermarks{14'769, 20'163, 25'557}));
}

TEST(Watermarks, HighMemoryKeepsLittle) {
  EXPECT_EQ(highmem_watermarks_of(1024).min, 32U);
  EXPECT_EQ(highmem_watermarks_of(65'536).min, 64U);
  EXPECT_EQ(highmem_watermarks_of(1'000'000).min, 128U);
  EXPECT_EQ(highmem_watermarks_of(1'000'000).low, 128U + 1000U);
}

TEST(Watermarks, AreFoundByLevel) {
  constexpr Watermarks marks{.min = 1, .low = 2, .high = 3};
  EXPECT_EQ(level_of(marks, WatermarkLevel::min), 1U);
  EXPECT_EQ(level_of(marks, WatermarkLevel::low), 2U);
  EXPECT_EQ(level_of(marks, WatermarkLevel::high), 3U);
}

}  // namespace signalbox::watermarks_test
