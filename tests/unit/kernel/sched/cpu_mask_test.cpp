#include "kernel/sched/cpu_mask.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::cpu_mask_test {

constexpr std::array two{CpuId(1), CpuId(70)};

TEST(CpuMask, HoldsWhatWasSet) {
  CpuMask mask = CpuMask::of(two);
  EXPECT_TRUE(mask.has(CpuId(1)));
  EXPECT_TRUE(mask.has(CpuId(70)));
  EXPECT_FALSE(mask.has(CpuId(2)));
  EXPECT_EQ(mask.count(), 2U);
  EXPECT_EQ(mask.word(1), std::uint64_t{1} << 6U);
  mask.clear(CpuId(70));
  EXPECT_EQ(mask.count(), 1U);
}

TEST(CpuMask, BeyondTheLastCpuIsNotInIt) {
  EXPECT_FALSE(CpuMask::first(max_cpus).has(CpuId(max_cpus)));
  EXPECT_EQ(CpuMask::first(max_cpus).count(), max_cpus);
}

TEST(CpuMask, IntersectionAndEmptiness) {
  EXPECT_TRUE(CpuMask().none());
  EXPECT_EQ((CpuMask::of(two) & CpuMask::first(2)).count(), 1U);
  EXPECT_TRUE((CpuMask::of(two) & CpuMask()).none());
}

TEST(AffinityTable, EqualMasksShareANumber) {
  AffinityTable table(128);
  const AffinityId id = table.intern(CpuMask::of(two));
  EXPECT_NE(id, AffinityId());
  EXPECT_EQ(table.intern(CpuMask::of(two)), id);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_TRUE(table.allows(id, CpuId(70)));
  EXPECT_FALSE(table.allows(id, CpuId(0)));
}

TEST(AffinityTable, EveryCpuOfTheMachineIsNumberZero) {
  AffinityTable table(4);
  EXPECT_EQ(table.intern(CpuMask::first(64)), AffinityId());
  EXPECT_TRUE(table.allows(AffinityId(), CpuId(3)));
}

TEST(AffinityTable, CpusTheMachineHasNotAreDropped) {
  AffinityTable table(4);
  EXPECT_EQ(table.mask(table.intern(CpuMask::of(two))).count(), 1U);
}

TEST(AffinityTable, WhatMasksAllowChangesWithTheCpusAndNotTheirNumbers) {
  AffinityTable table(128);
  const AffinityId id = table.intern(CpuMask::of(two));
  EXPECT_TRUE(table.is_everywhere(AffinityId()));
  table.set_online(two.front(), false);
  EXPECT_FALSE(table.allows(id, two.front()));
  EXPECT_FALSE(table.allows(AffinityId(), two.front()));
  EXPECT_FALSE(table.is_everywhere(AffinityId()));
  EXPECT_EQ(table.mask(id).count(), 1U);
  EXPECT_EQ(table.asked(id).count(), 2U);
  EXPECT_EQ(table.intern(CpuMask::of(two)), id);
  table.set_online(two.back(), false);
  EXPECT_TRUE(table.mask(id).none());
  EXPECT_EQ(table.online().count(), 126U);
  table.set_online(two.front(), true);
  EXPECT_FALSE(table.is_whole());
  table.set_online(two.back(), true);
  EXPECT_TRUE(table.is_whole());
  EXPECT_TRUE(table.is_everywhere(AffinityId()));
}

TEST(AffinityTable, MaskThatIsNewWhileItsCpusAreOfflineAllowsNone) {
  AffinityTable table(128);
  for (const CpuId cpu : two) table.set_online(cpu, false);
  EXPECT_TRUE(table.mask(table.intern(CpuMask::of(two))).none());
}

TEST(AffinityTableDeathTest, MaskWithoutACpuOfTheMachineFails) {
  AffinityTable table(1);
  EXPECT_DEATH(table.intern(CpuMask::of(two)), "at least one CPU");
}

}  // namespace signalbox::cpu_mask_test
