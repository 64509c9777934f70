#include "kernel/fs/disk_space.hpp"

#include <gtest/gtest.h>

namespace signalbox::disk_space_test {

TEST(DiskSpace, GivesTheBlockBehindIfItIsFree) {
  DiskSpace space(100);
  EXPECT_EQ(space.take(0), 100U);
  EXPECT_EQ(space.take(101), 101U);
  EXPECT_EQ(space.take(101), 102U);
}

TEST(DiskSpace, GivesTheLowestFreeOneElse) {
  DiskSpace space(0);
  for (std::uint64_t block = 0; block < 5; ++block) EXPECT_EQ(space.take(block), block);
  space.give_back(3);
  space.give_back(1);
  EXPECT_EQ(space.take(3), 3U);
  EXPECT_EQ(space.take(2), 1U);
  EXPECT_EQ(space.take(2), 5U);
}

}  // namespace signalbox::disk_space_test
