#include "kernel/fs/path_walker.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::path_walker_test {

TEST(PathWalker, OneClassOfPermissionsCounts) {
  const std::array more{GroupId(9)};
  const PathWalker walker{.user = UserId(7), .group = GroupId(8), .supplementary_groups = more};
  const auto may = [&](std::uint32_t permissions, UserId user, GroupId group) {
    return walker.may({.permissions = permissions, .user = user, .group = group}, PathWalker::to_read);
  };
  EXPECT_TRUE(may(0400, UserId(7), GroupId(1)));
  EXPECT_FALSE(may(0044, UserId(7), GroupId(8)));  // the owner's class, whatever the others may
  EXPECT_TRUE(may(0040, UserId(1), GroupId(8)));
  EXPECT_TRUE(may(0040, UserId(1), GroupId(9)));
  EXPECT_FALSE(may(0404, UserId(1), GroupId(9)));
  EXPECT_TRUE(may(0004, UserId(1), GroupId(1)));
  EXPECT_TRUE((PathWalker{.is_privileged = true}.may({}, PathWalker::to_write)));
}

TEST(PathWalker, AStickyDirectoryKeepsOthersFiles) {
  FileRig rig;
  const FileRef foreign = rig.make("/tmp/foreign");
  auto& folder = static_cast<Directory&>(*rig.files.find(rig.root, "/tmp").value());
  EXPECT_EQ(refused(rig.user.check_may_remove(folder, *foreign)), Errno::eperm);
  foreign->attributes.user = UserId(7);
  EXPECT_TRUE(rig.user.check_may_remove(folder, *foreign).has_value());
  EXPECT_EQ(refused(rig.user.check_may_add(rig.files.root())), Errno::eacces);
}

}  // namespace signalbox::path_walker_test
