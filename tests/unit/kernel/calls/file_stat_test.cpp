#include "kernel/calls/file_stat.hpp"

#include <gtest/gtest.h>

#include "kernel/fs/devices.hpp"

namespace signalbox::file_stat_test {

TEST(FileStat, TellsWhatTheFileHas) {
  const NullDevice device({.inode = 5,
                           .permissions = 0666,
                           .links = 2,
                           .user = UserId(7),
                           .group = GroupId(8),
                           .device_number = 0x103,
                           .modified = Instant() + 1'000'000'005_ns});
  const FileStat told = file_stat_of(device);
  EXPECT_EQ(told.inode, 5U);
  EXPECT_EQ(told.mode, 0020666U);
  EXPECT_EQ(told.links, 2U);
  EXPECT_EQ(told.user, 7U);
  EXPECT_EQ(told.group, 8U);
  EXPECT_EQ(told.device_number, 0x103U);
  EXPECT_EQ(told.modified, (TimeSpec{1, 5}));
  EXPECT_EQ(told.bytes, 0);
}

}  // namespace signalbox::file_stat_test
