#include "kernel/mm/space/vma_set.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/address_maps.hpp"

namespace signalbox::vma_set_test {

using namespace vma_flag;

Vma anonymous(std::uint64_t first, std::uint64_t last, VmaFlags flags = read, std::uint32_t family = 0) {
  return {.range = page_range(first, last), .flags = flags, .page_offset = first, .anon_family = family};
}

std::vector<PageRange> ranges(const VmaSet& vmas) {
  std::vector<PageRange> all;
  for (const Vma& vma : vmas.all()) all.push_back(vma.range);
  return all;
}

using Ranges = std::vector<PageRange>;

TEST(VmaSet, Finds) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  vmas.insert(anonymous(20, 22));
  EXPECT_EQ(vmas.first_ending_above(page_at(11))->range, page_range(10, 12));
  EXPECT_EQ(vmas.first_ending_above(page_at(12))->range, page_range(20, 22));
  EXPECT_EQ(vmas.first_ending_above(page_at(22)), nullptr);
  EXPECT_EQ(vmas.find(page_at(12)), nullptr);
  EXPECT_EQ(vmas.find(page_at(21))->range, page_range(20, 22));
  EXPECT_EQ(vmas.last_beginning_below(page_at(20))->range, page_range(10, 12));
  EXPECT_EQ(vmas.last_beginning_below(page_at(10)), nullptr);
  EXPECT_TRUE(vmas.overlaps(page_range(11, 12)));
  EXPECT_FALSE(vmas.overlaps(page_range(12, 20)));
}

// The cases that mm/mmap.c draws above vma_merge. P is before, N after, A what is new or changes.
struct Neighbours {
  VmaSet vmas;
  Neighbours(std::uint64_t middle_first, std::uint64_t middle_last, VmaFlags middle) {
    vmas.insert(anonymous(10, middle_first, read));
    vmas.insert(anonymous(middle_first, middle_last, middle));
    vmas.insert(anonymous(middle_last, 30, exec));
  }
};

TEST(VmaSetMerge, Case1NewBetweenTwoThatAreAlike) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  vmas.insert(anonymous(14, 16));
  EXPECT_EQ(vmas.insert(anonymous(12, 14)).range, page_range(10, 16));
  EXPECT_EQ(vmas.size(), 1U);
}

TEST(VmaSetMerge, Case2NewGoesOnWithTheLower) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  vmas.insert(anonymous(14, 16, write));
  vmas.insert(anonymous(12, 14));
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 14), page_range(14, 16)}));
}

TEST(VmaSetMerge, Case3NewIsTheBeginningOfTheHigher) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12, write));
  vmas.insert(anonymous(14, 16));
  EXPECT_EQ(vmas.insert(anonymous(12, 14)).range, page_range(12, 16));
  EXPECT_EQ(vmas.find(page_at(12))->page_offset, 12U);
}

TEST(VmaSetMerge, Case4ItsEndBecomesTheHigher) {
  Neighbours all(12, 20, write);
  EXPECT_TRUE(all.vmas.change_flags(page_range(18, 20), exec));
  EXPECT_EQ(ranges(all.vmas), (Ranges{page_range(10, 12), page_range(12, 18), page_range(18, 30)}));
}

TEST(VmaSetMerge, Case5ItsBeginningBecomesTheLower) {
  Neighbours all(12, 20, write);
  EXPECT_TRUE(all.vmas.change_flags(page_range(12, 14), read));
  EXPECT_EQ(ranges(all.vmas), (Ranges{page_range(10, 14), page_range(14, 20), page_range(20, 30)}));
}

TEST(VmaSetMerge, Case6AllThreeBecomeOne) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  vmas.insert(anonymous(12, 14, write));
  vmas.insert(anonymous(14, 16));
  EXPECT_TRUE(vmas.change_flags(page_range(12, 14), read));
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 16)});
}

TEST(VmaSetMerge, Case7AllOfItBecomesTheLower) {
  Neighbours all(12, 20, write);
  EXPECT_TRUE(all.vmas.change_flags(page_range(12, 20), read));
  EXPECT_EQ(ranges(all.vmas), (Ranges{page_range(10, 20), page_range(20, 30)}));
}

TEST(VmaSetMerge, Case8AllOfItBecomesTheHigher) {
  Neighbours all(12, 20, write);
  EXPECT_TRUE(all.vmas.change_flags(page_range(12, 20), exec));
  EXPECT_EQ(ranges(all.vmas), (Ranges{page_range(10, 12), page_range(12, 30)}));
}

TEST(VmaSetMerge, BetweenTwoFamiliesTheLowerTakesIt) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12, read, 1));
  vmas.insert(anonymous(14, 16, read, 2));
  vmas.insert(anonymous(12, 14));
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 14), page_range(14, 16)}));
  EXPECT_EQ(vmas.find(page_at(13))->anon_family, 1U);
}

TEST(VmaSet, AChangeInTheMiddleMakesThree) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 20));
  EXPECT_TRUE(vmas.change_flags(page_range(12, 14), write));
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 12), page_range(12, 14), page_range(14, 20)}));
  EXPECT_EQ(vmas.find(page_at(14))->page_offset, 14U);
  EXPECT_TRUE(vmas.change_flags(page_range(12, 14), read));
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 20)});
}

TEST(VmaSet, ASplitIsRefusedAtTheLimitButAMergeIsNot) {
  VmaSet vmas(2);
  vmas.insert(anonymous(10, 20));
  vmas.insert(anonymous(20, 30, write));
  EXPECT_EQ(errno_of(vmas.change_flags(page_range(12, 14), write)), Errno::enomem);
  EXPECT_EQ(vmas.size(), 2U);
  EXPECT_TRUE(vmas.change_flags(page_range(18, 20), write));
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 18), page_range(18, 30)}));
}

TEST(VmaSet, OfTwoSplitsTheFirstStays) {
  VmaSet vmas(2);
  vmas.insert(anonymous(10, 20));
  EXPECT_EQ(errno_of(vmas.change_flags(page_range(12, 14), write)), Errno::enomem);
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 12), page_range(12, 20)}));
  EXPECT_EQ(vmas.find(page_at(12))->flags, read);
}

TEST(VmaSet, RemovesWhatIsInTheRange) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 14));
  vmas.insert(anonymous(16, 20, write));
  const std::vector<Vma> removed = vmas.remove(page_range(12, 18)).value();
  ASSERT_EQ(removed.size(), 2U);
  EXPECT_EQ(removed[0].range, page_range(12, 14));
  EXPECT_EQ(removed[0].page_offset, 12U);
  EXPECT_EQ(removed[1].range, page_range(16, 18));
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 12), page_range(18, 20)}));
  EXPECT_TRUE(vmas.remove(page_range(12, 18)).value().empty());
}

TEST(VmaSet, RemovingNothingSplitsNothing) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 20));
  EXPECT_TRUE(vmas.remove(page_range(15, 15)).value().empty());
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 20)});
}

TEST(VmaSet, RemovingTheMiddleIsRefusedAtTheLimit) {
  VmaSet vmas(1);
  vmas.insert(anonymous(10, 20));
  EXPECT_EQ(errno_of(vmas.remove(page_range(12, 14))), Errno::enomem);
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 20)});
  EXPECT_TRUE(vmas.remove(page_range(18, 20)));
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 18)});
}

TEST(VmaSet, AStackGrowsDown) {
  VmaSet vmas;
  vmas.insert(anonymous(20, 22, read | grows_down));
  vmas.grow_down(page_at(20), page_at(15));
  EXPECT_EQ(ranges(vmas), Ranges{page_range(15, 22)});
  EXPECT_EQ(vmas.find(page_at(15))->page_offset, 15U);
}

TEST(VmaSet, WhatIsInsertedApartStaysApart) {
  VmaSet set;
  Vma low{.range = page_range(1, 2), .page_offset = 1};
  Vma high{.range = page_range(2, 3), .page_offset = 2};
  ASSERT_TRUE(can_merge(low, high));
  set.insert_apart(low);
  set.insert_apart(high);
  EXPECT_EQ(set.size(), 2U);
}

TEST(VmaSet, FamilyIsGivenOnce) {
  VmaSet set;
  set.insert({.range = page_range(1, 2), .page_offset = 1});
  set.set_family(page_at(1), 7);
  EXPECT_EQ(set.find(page_at(1))->anon_family, 7U);
  EXPECT_DEATH(set.set_family(page_at(1), 8), "one family");
}

// mm/mremap.c: a simple expansion of what has a close hook, where vma_merge would refuse.
TEST(VmaSet, ExtendsWhatDoesNotMerge) {
  VmaSet vmas;
  const MemoryObjectRef counted = opened({.counts_its_mappings = true});
  vmas.insert({.range = page_range(10, 12), .flags = read, .object = counted});
  vmas.insert({.range = page_range(14, 16), .flags = read, .object = counted, .page_offset = 4});
  vmas.extend(page_at(10), 2 * page_bytes);
  EXPECT_EQ(ranges(vmas), (Ranges{page_range(10, 14), page_range(14, 16)}));
}

TEST(VmaSet, ExtendsUpToWhatItMergesWith) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  vmas.insert(anonymous(14, 16));
  vmas.extend(page_at(10), 2 * page_bytes);
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 16)});
}

TEST(VmaSet, WithoutAFamilyItMayMergeWithAny) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12, read, 1));
  vmas.forget_family(page_at(10));
  vmas.insert(anonymous(12, 14, read, 2));
  EXPECT_EQ(ranges(vmas), Ranges{page_range(10, 14)});
}

TEST(VmaSetDeathTest, WhatIsThereIsNotMappedAgain) {
  VmaSet vmas;
  vmas.insert(anonymous(10, 12));
  EXPECT_DEATH(vmas.insert(anonymous(11, 13)), "its own");
}

}  // namespace signalbox::vma_set_test
