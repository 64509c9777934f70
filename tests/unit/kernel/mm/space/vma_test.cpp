#include "kernel/mm/space/vma.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::vma_test {

using namespace vma_flag;

const Vma low{.range = page_range(10, 12), .flags = read | write, .page_offset = 10};
const Vma high{.range = page_range(12, 13), .flags = read | write, .page_offset = 12};

TEST(Vma, NeighboursThatAreAlikeMerge) {
  EXPECT_TRUE(can_merge(low, high));
  EXPECT_FALSE(can_merge(high, low));
}

TEST(Vma, AnyDifferenceForbidsIt) {
  Vma other = high;
  other.range.begin = page_at(13);
  EXPECT_FALSE(can_merge(low, other)) << "a hole";
  other = high;
  other.flags |= accounted;
  EXPECT_FALSE(can_merge(low, other)) << "flags";
  other = high;
  other.page_offset = 13;
  EXPECT_FALSE(can_merge(low, other)) << "offset";
  other = high;
  other.object = opened();
  EXPECT_FALSE(can_merge(low, other)) << "object";
}

TEST(Vma, OneOpenFileMergesTwoDoNot) {
  Vma first = low;
  Vma second = high;
  first.object = second.object = opened();
  EXPECT_TRUE(can_merge(first, second));
  second.object = opened();
  EXPECT_FALSE(can_merge(first, second));
}

TEST(Vma, WhatCountsItsMappingsNeverMerges) {
  Vma first = low;
  Vma second = high;
  first.object = second.object = opened({.counts_its_mappings = true});
  EXPECT_FALSE(can_merge(first, second));
}

TEST(Vma, PrivatePagesOfTwoFamiliesStayApart) {
  Vma first = low;
  Vma second = high;
  first.anon_family = 1;
  EXPECT_TRUE(can_merge(first, second));
  second.anon_family = 1;
  EXPECT_TRUE(can_merge(first, second));
  second.anon_family = 2;
  EXPECT_FALSE(can_merge(first, second));
}

TEST(Vma, LengthsAreRoundedUpAndWrap) {
  EXPECT_EQ(page_aligned(std::uint64_t{1}), page_bytes);
  EXPECT_EQ(page_aligned(page_bytes), page_bytes);
  EXPECT_EQ(page_aligned(~std::uint64_t{0}), 0U);
}

}  // namespace signalbox::vma_test
