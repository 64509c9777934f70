#include "kernel/mm/shortage/scan_targets.hpp"

#include <gtest/gtest.h>

namespace signalbox::scan_targets_test {

// 4,096 pages on each list: one a list at the first priority.
ScanSituation situation(unsigned priority) {
  return {.sizes = {4096, 4096, 4096, 4096}, .priority = priority, .has_swap = true};
}

TEST(ScanTargets, WithoutSwapOnlyFiles) {
  ScanSituation without = situation(12);
  without.has_swap = false;
  EXPECT_EQ(scan_targets(without), (ScanTargets{0, 0, 1, 1}));
}

TEST(ScanTargets, AtTheLastPriorityAll) {
  EXPECT_EQ(scan_targets(situation(0)), (ScanTargets{4096, 4096, 4096, 4096}));
}

// Without costs the shares are as swappiness: 60 to 140 of 200.
TEST(ScanTargets, SwappinessWeighs) {
  EXPECT_EQ(scan_targets(situation(2)), (ScanTargets{307, 307, 716, 716}));
  ScanSituation even = situation(2);
  even.swappiness = 100;
  EXPECT_EQ(scan_targets(even), (ScanTargets{512, 512, 512, 512}));
  even.swappiness = 0;
  EXPECT_EQ(scan_targets(even), (ScanTargets{0, 0, 1024, 1024}));
  even.swappiness = 200;
  EXPECT_EQ(scan_targets(even), (ScanTargets{1024, 1024, 0, 0}));
}

// By hand: costs 100 and 300, sum 400, so 500 and 700, total 1200; ap = 60 * 1201 / 501 = 143, fp = 140 * 1201 / 701 =
// 239; 1024 * 143 / 382 = 383 and 1024 * 239 / 382 = 640.
TEST(ScanTargets, WhatCostsMoreIsLookedAtLess) {
  ScanSituation costly = situation(2);
  costly.anonymous_cost = 100;
  costly.file_cost = 300;
  EXPECT_EQ(scan_targets(costly), (ScanTargets{383, 383, 640, 640}));
}

TEST(ScanTargets, OneKindOnly) {
  ScanSituation tiny = situation(2);
  tiny.file_is_tiny = true;
  EXPECT_EQ(scan_targets(tiny), (ScanTargets{1024, 1024, 0, 0}));
  ScanSituation trims = situation(2);
  trims.trims_cache = true;
  EXPECT_EQ(scan_targets(trims), (ScanTargets{0, 0, 1024, 1024}));
}

}  // namespace signalbox::scan_targets_test
