#include "kernel/mm/data_caches.hpp"

#include <gtest/gtest.h>

namespace signalbox::data_caches_test {

void read_all(DataCaches& caches, std::uint64_t bytes) {
  for (std::uint64_t at = 0; at < bytes; at += 8) caches.touch(PhysAddr(at), 8);
}

TEST(DataCaches, EveryLineMissesOnceAndThenHits) {
  DataCaches caches({});
  read_all(caches, 4096);
  EXPECT_EQ(caches.counters(), (DataCacheCounters{.lines = 512, .l1_misses = 64, .l2_misses = 64, .llc_misses = 64}));
  read_all(caches, 4096);
  EXPECT_EQ(caches.counters().lines, 1024U);
  EXPECT_EQ(caches.counters().l1_misses, 64U);
}

TEST(DataCaches, WhatIsLargerThanALevelMissesItEveryTime) {
  DataCaches caches({});
  constexpr std::uint64_t twice_l1 = 64 * 1024;
  for (int round = 0; round < 3; ++round) read_all(caches, twice_l1);
  EXPECT_EQ(caches.counters().l1_misses, 3 * twice_l1 / cache_line_bytes);
  EXPECT_EQ(caches.counters().l2_misses, twice_l1 / cache_line_bytes);
}

TEST(DataCaches, AccessAcrossLinesIsEachOfThem) {
  DataCaches caches({});
  caches.touch(PhysAddr(60), 8);
  EXPECT_EQ(caches.counters().lines, 2U);
  caches.touch(PhysAddr(0), 4096);
  EXPECT_EQ(caches.counters().lines, 2U + 64U);
  EXPECT_EQ(caches.counters().llc_misses, 64U);
}

TEST(DataCacheCounters, AddEveryField) {
  constexpr DataCacheCounters all{1, 2, 3, 4};
  DataCacheCounters sum = all;
  sum += all;
  EXPECT_EQ(sum, (DataCacheCounters{2, 4, 6, 8}));
}

}  // namespace signalbox::data_caches_test
