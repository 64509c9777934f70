#include "kernel/mm/fragmentation.hpp"

#include <gtest/gtest.h>

namespace signalbox::fragmentation_test {

// 100 free frames in 60 blocks, none of order 4: the index of the kernel's formula is 1000 - (1000 + 6250) / 60.
constexpr FreeBlocks shattered{35, 16, 3, 0, 0};
constexpr FreeBlocks published{40, 10, 10};

TEST(FragmentationIndex, PublishedExample) { EXPECT_EQ(fragmentation_index(published, 4), 880); }

TEST(FragmentationIndex, SaysWhetherTheRequestWouldSucceed) {
  FreeBlocks free{3};
  free[4] = 1;
  EXPECT_EQ(fragmentation_index(free, 4), -1000);
  EXPECT_EQ(fragmentation_index(free, 0), -1000);
  EXPECT_EQ(fragmentation_index(FreeBlocks{}, 0), 0);
}

TEST(FragmentationIndex, LackOfMemoryIsTowardsZeroAndFragmentationTowardsAThousand) {
  EXPECT_EQ(fragmentation_index(FreeBlocks{1}, 10), 1000 - 1000);  // one frame of 1024
  EXPECT_GT(fragmentation_index(FreeBlocks{1000}, 1), 490);
  EXPECT_GT(fragmentation_index(FreeBlocks{0, 0, 1000}, 3), fragmentation_index(FreeBlocks{0, 0, 2}, 3));
}

TEST(UnusableFreeIndex, IsTheShareInBlocksTooSmall) {
  EXPECT_EQ(unusable_free_index(shattered, 0), 0);
  EXPECT_EQ(unusable_free_index(shattered, 1), 35 * 1000 / 79);
  EXPECT_EQ(unusable_free_index(shattered, 2), (79 - 12) * 1000 / 79);
  EXPECT_EQ(unusable_free_index(shattered, 3), 1000);
  EXPECT_EQ(unusable_free_index(FreeBlocks{}, 0), 1000);
}

TEST(UnusableFreeIndex, LargeBlocksServeSmallRequestsWhole) {
  FreeBlocks free{};
  free[10] = 2;
  for (unsigned order = 0; order < orders; ++order) EXPECT_EQ(unusable_free_index(free, order), 0);
}

}  // namespace signalbox::fragmentation_test
