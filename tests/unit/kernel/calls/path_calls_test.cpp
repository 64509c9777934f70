#include "kernel/calls/path_calls.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/calls/user_types.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::path_calls_test {

namespace nr = call_number;

TEST(PathCalls, NamesComeAndGo) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::mkdir, "/tmp/d", 0777), 0);
    EXPECT_EQ(call(caller, nr::mkdir, "/tmp/d", 0777), failed(Errno::eexist));
    const std::int64_t fd = open_path(caller, "/tmp/d/f", o_rdwr | o_creat);
    EXPECT_EQ(write_text(caller, fd, "abc"), 3);
    EXPECT_EQ(call(caller, nr::rename, "/tmp/d/f", "/tmp/g"), 0);
    EXPECT_EQ(call(caller, nr::rmdir, "/tmp/d"), 0);
    EXPECT_EQ(call(caller, nr::unlink, "/tmp/g"), 0);
    EXPECT_EQ(open_path(caller, "/tmp/g", o_rdonly), failed(Errno::enoent));
    EXPECT_EQ(read_text(caller, fd, 9, 0), "abc");  // it lives on
  });
}

TEST(PathCalls, StatTellsWhatWasMade) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::umask, 077), 022);
    sleep_for(caller, 3_s);
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat, 0666);
    EXPECT_EQ(call(caller, nr::umask, 022), 077);
    EXPECT_EQ(write_text(caller, fd, std::string(5'000, 'x')), 5'000);
    FileStat by_name;
    FileStat by_number;
    EXPECT_EQ(call(caller, nr::stat, "/tmp/f", &by_name), 0);
    EXPECT_EQ(call(caller, nr::fstat, fd, &by_number), 0);
    EXPECT_EQ(by_name.inode, by_number.inode);
    EXPECT_EQ(by_name.mode, 0100600U);
    EXPECT_EQ(by_name.bytes, 5'000);
    EXPECT_EQ(by_name.blocks, 0);  // not on the disk yet
    EXPECT_EQ(by_name.modified.seconds, 3);
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_EQ(call(caller, nr::stat, "/tmp/f", &by_name), 0);
    EXPECT_EQ(by_name.blocks, 16);
    EXPECT_EQ(call(caller, nr::stat, "/tmp/f", nullptr), failed(Errno::efault));
  });
}

TEST(PathCalls, RelativePathsBeginInTheCurrentDirectory) {
  in_memory([](Caller& caller) {
    std::array<char, 16> path{};
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), 16), 2);
    EXPECT_EQ(call(caller, nr::mkdir, "tmp/d", 0777), 0);
    EXPECT_EQ(call(caller, nr::chdir, "tmp/d"), 0);
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), 6), failed(Errno::erange));
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), 7), 7);
    EXPECT_STREQ(path.data(), "/tmp/d");
    EXPECT_GE(open_path(caller, "f", o_creat | o_rdwr), 0);
    const std::int64_t folder = open_path(caller, "..", o_rdonly);
    EXPECT_GE(call(caller, nr::openat, folder, "d/f", o_rdonly, 0), 0);
    EXPECT_EQ(call(caller, nr::openat, 77, "d/f", o_rdonly, 0), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::openat, 0, "d/f", o_rdonly, 0), failed(Errno::enotdir));
    EXPECT_EQ(call(caller, nr::openat, 77, "/tmp/d/f", o_rdonly, 0), folder + 2);
    EXPECT_EQ(call(caller, nr::unlink, "f"), 0);
    EXPECT_EQ(call(caller, nr::rmdir, "/tmp/d"), 0);
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), 16), failed(Errno::enoent));
    EXPECT_EQ(call(caller, nr::chdir, "/dev/null"), failed(Errno::enotdir));
  });
}

TEST(PathCalls, APathThatIsTooLongIsNotTold) {
  in_memory([](Caller& caller) {
    std::array<char, 5000> path{};
    const std::string name(250, 'n');
    std::int64_t told = 0;
    for (int level = 0; level < 16; ++level) {
      EXPECT_EQ(call(caller, nr::mkdir, name.c_str(), 0777), 0);
      EXPECT_EQ(call(caller, nr::chdir, name.c_str()), 0);
      told = call(caller, nr::getcwd, path.data(), path.size());
    }
    EXPECT_EQ(told, 16 * 251 + 1);
    const std::string rest(4095 - 16 * 251 - 1, 'r');
    EXPECT_EQ(call(caller, nr::mkdir, rest.c_str(), 0777), 0);
    EXPECT_EQ(call(caller, nr::chdir, rest.c_str()), 0);
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), path.size()), 4096);
    EXPECT_EQ(call(caller, nr::mkdir, "x", 0777), 0);
    EXPECT_EQ(call(caller, nr::chdir, "x"), 0);
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), path.size()), failed(Errno::enametoolong));
    EXPECT_EQ(call(caller, nr::getcwd, path.data(), 16), failed(Errno::enametoolong));
  });
}

TEST(PathCalls, TruncatingByNameFollowsTheKind) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::truncate, "/tmp", 0), failed(Errno::eisdir));
    EXPECT_EQ(call(caller, nr::truncate, "/dev/null", 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::truncate, "/tmp/f", -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::truncate, "/tmp/f", 0), failed(Errno::enoent));
    const std::int64_t fd = call(caller, nr::creat, "/tmp/f", 0644);
    EXPECT_EQ(call(caller, nr::truncate, "/tmp/f", 100), 0);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_end), 100);
    EXPECT_EQ(open_path(caller, "/tmp/f", o_trunc), fd + 1);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_end), 0);
  });
}

TEST(PathCalls, PathsThatAreNoneAreRefused) {
  in_memory([](Caller& caller) {
    const std::string longest(4095, 'x');
    const std::string too_long(4096, 'x');
    EXPECT_EQ(open_path(caller, nullptr, o_rdonly), failed(Errno::efault));
    EXPECT_EQ(open_path(caller, "", o_rdonly), failed(Errno::enoent));
    EXPECT_EQ(open_path(caller, longest.c_str(), o_rdonly), failed(Errno::enametoolong));
    EXPECT_EQ(open_path(caller, too_long.c_str(), o_rdonly), failed(Errno::enametoolong));
  });
}

}  // namespace signalbox::path_calls_test
