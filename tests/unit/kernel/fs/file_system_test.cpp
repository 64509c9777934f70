#include "kernel/fs/file_system.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::file_system_test {

struct Tree : FileRig {
  Tree() {
    EXPECT_TRUE(files.make_directory(root, "/d", 0755).has_value());
    EXPECT_TRUE(files.make_directory(root, "/d/e", 0755).has_value());
    make("/d/f");
  }
  Errno open_error(std::string_view path, std::uint32_t flags) { return refused(files.open(root, path, flags, 0644)); }
  Errno rename_error(std::string_view from, std::string_view to) { return refused(rename(from, to)); }
  Result<void> rename(std::string_view from, std::string_view to) {
    const PathEnd old_name = TRY(files.find_name(root, from));
    const PathEnd new_name = TRY(files.find_name(root, to));
    return FileSystem::rename(root, old_name, new_name);
  }
};

TEST(FileSystem, PathsLeadThroughDirectories) {
  Tree tree;
  const FileRef file = tree.files.find(tree.root, "/d/f").value();
  for (const char* path : {"d/f", "//d//f", "/d/./f", "/d/e/../f", "/../d/f"})
    EXPECT_EQ(tree.files.find(tree.root, path).value(), file) << path;
  EXPECT_EQ(refused(tree.files.find(tree.root, "")), Errno::enoent);
  EXPECT_EQ(refused(tree.files.find(tree.root, "/x/f")), Errno::enoent);
  EXPECT_EQ(refused(tree.files.find(tree.root, "/d/f/")), Errno::enotdir);
  EXPECT_EQ(refused(tree.files.find(tree.root, "/d/f/g")), Errno::enotdir);
  EXPECT_EQ(refused(tree.files.find(tree.root, std::string(256, 'n'))), Errno::enametoolong);
  EXPECT_EQ(refused(tree.files.find(tree.root, std::string(255, 'n'))), Errno::enoent);
  EXPECT_EQ(refused(tree.files.find(tree.root, std::string(4096, '/'))), Errno::enametoolong);
}

TEST(FileSystem, OpeningMakesWhatIsAskedFor) {
  Tree tree;
  EXPECT_EQ(tree.open_error("/d/new", o_rdonly), Errno::enoent);
  EXPECT_EQ(tree.open_error("/d/f", o_creat | o_excl), Errno::eexist);
  EXPECT_EQ(tree.open_error("/d", o_creat), Errno::eisdir);
  EXPECT_EQ(tree.open_error("/d/new/", o_creat), Errno::eisdir);
  EXPECT_EQ(tree.open_error("/d", o_wronly), Errno::eisdir);
  EXPECT_EQ(tree.open_error("/d", o_trunc), Errno::eisdir);
  EXPECT_EQ(tree.open_error("/d/f", o_directory), Errno::enotdir);
  EXPECT_FALSE(tree.files.open(tree.root, "/d/new", o_creat | o_trunc, 0640).value().truncates);
  EXPECT_TRUE(tree.files.open(tree.root, "/d/new", o_creat | o_trunc, 0).value().truncates);
  EXPECT_EQ(tree.files.find(tree.root, "/d/new").value()->attributes.permissions, 0640U);
}

TEST(FileSystem, RightsAreAsked) {
  Tree tree;
  tree.make("/tmp/secret", 0600);
  tree.make("/tmp/public", 0644);
  EXPECT_EQ(refused(tree.files.open(tree.user, "/tmp/secret", o_rdonly, 0)), Errno::eacces);
  EXPECT_EQ(refused(tree.files.open(tree.user, "/tmp/public", o_wronly, 0)), Errno::eacces);
  EXPECT_EQ(refused(tree.files.open(tree.user, "/tmp/public", o_trunc, 0)), Errno::eacces);
  EXPECT_EQ(refused(tree.files.open(tree.user, "/tmp/public", 3, 0)), Errno::eacces);
  EXPECT_TRUE(tree.files.open(tree.user, "/tmp/public", o_rdonly, 0).has_value());
  EXPECT_EQ(refused(tree.files.open(tree.user, "/new", o_creat, 0644)), Errno::eacces);
  EXPECT_EQ(refused(tree.files.remove(tree.user, "/tmp/public")), Errno::eperm);
  tree.files.find(tree.root, "/d").value()->attributes.permissions = 0700;
  EXPECT_EQ(refused(tree.files.find(tree.user, "/d/f")), Errno::eacces);
}

TEST(FileSystem, NamesAreRemovedByTheirKind) {
  Tree tree;
  EXPECT_EQ(refused(tree.files.remove(tree.root, "/d")), Errno::eisdir);
  EXPECT_EQ(refused(tree.files.remove(tree.root, "/d/f/")), Errno::enotdir);
  EXPECT_EQ(refused(tree.files.remove(tree.root, "/d/.")), Errno::eisdir);
  EXPECT_EQ(refused(tree.files.remove(tree.root, "/d/x")), Errno::enoent);
  EXPECT_EQ(refused(tree.files.remove_directory(tree.root, "/d/f")), Errno::enotdir);
  EXPECT_EQ(refused(tree.files.remove_directory(tree.root, "/d")), Errno::enotempty);
  EXPECT_EQ(refused(tree.files.remove_directory(tree.root, "/d/e/.")), Errno::einval);
  EXPECT_EQ(refused(tree.files.remove_directory(tree.root, "/d/e/..")), Errno::enotempty);
  EXPECT_EQ(refused(tree.files.remove_directory(tree.root, "/")), Errno::ebusy);
  EXPECT_TRUE(tree.files.remove_directory(tree.root, "/d/e/").has_value());
  EXPECT_TRUE(tree.files.remove(tree.root, "/d/f").has_value());
  EXPECT_TRUE(tree.files.remove_directory(tree.root, "/d").has_value());
}

TEST(FileSystem, NothingIsMadeWhereAllIsGone) {
  Tree tree;
  const PathWalker inside{.folder = static_cast<Directory*>(tree.files.find(tree.root, "/d/e").value().get()),
                          .is_privileged = true};
  EXPECT_EQ(FileSystem::path_of(*inside.folder).value(), "/d/e");
  EXPECT_EQ(FileSystem::path_of(tree.files.root()).value(), "/");
  EXPECT_TRUE(tree.files.remove_directory(tree.root, "/d/e").has_value());
  EXPECT_EQ(refused(tree.files.open(inside, "new", o_creat, 0644)), Errno::enoent);
  EXPECT_EQ(refused(tree.files.make_directory(inside, "new", 0755)), Errno::enoent);
  EXPECT_EQ(refused(FileSystem::path_of(*inside.folder)), Errno::enoent);
  EXPECT_TRUE(tree.files.find(inside, "../f").has_value());
}

TEST(FileSystem, RenamingFollowsTheKindsOfBoth) {
  Tree tree;
  EXPECT_EQ(tree.rename_error("/d/x", "/d/y"), Errno::enoent);
  EXPECT_EQ(tree.rename_error("/d/.", "/y"), Errno::ebusy);
  const std::string long_name(256, 'n');
  EXPECT_EQ(tree.rename_error("/d/" + long_name, "/d/y"), Errno::enametoolong);
  EXPECT_EQ(tree.rename_error("/d/f", "/d/" + long_name), Errno::enametoolong);
  EXPECT_EQ(tree.rename_error("/d/" + long_name, "/x/y"), Errno::enoent) << "no directory is told first";
  EXPECT_EQ(tree.rename_error("/d/x", long_name), Errno::enoent);
  EXPECT_EQ(tree.rename_error("/d/f", "/d/g/"), Errno::enotdir);
  EXPECT_EQ(tree.rename_error("/d", "/d/e/below"), Errno::einval);
  EXPECT_EQ(tree.rename_error("/d/e", "/d"), Errno::enotempty);
  EXPECT_EQ(tree.rename_error("/d/f", "/d/e"), Errno::eisdir);
  EXPECT_EQ(tree.rename_error("/d/e", "/d/f"), Errno::enotdir);
  EXPECT_EQ(tree.rename_error("/tmp", "/d"), Errno::enotempty);
  EXPECT_EQ(tree.rename_error("/d/f", "/d/f"), Errno{});
  EXPECT_EQ(tree.rename_error("/d/f", "/d/g"), Errno{});
  EXPECT_EQ(tree.rename_error("/d/e", "/e"), Errno{});
  EXPECT_EQ(FileSystem::path_of(static_cast<Directory&>(*tree.files.find(tree.root, "/e").value())).value(), "/e");
}

TEST(FileSystem, WithoutADiskThereAreDevicesOnly) {
  FileSystem files(nullptr);
  const PathWalker root{.folder = &files.root(), .is_privileged = true};
  EXPECT_TRUE(files.open(root, "/dev/null", o_rdwr | o_creat, 0).has_value());
  EXPECT_EQ(refused(files.open(root, "/tmp/f", o_rdwr | o_creat, 0)), Errno::erofs);
  EXPECT_EQ(refused(files.make_directory(root, "/tmp/d", 0)), Errno::erofs);
}

}  // namespace signalbox::file_system_test
