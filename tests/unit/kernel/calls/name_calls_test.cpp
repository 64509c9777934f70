#include "kernel/calls/name_calls.hpp"

#include <gtest/gtest.h>

#include "kernel/calls/user_types.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::name_calls_test {

namespace nr = call_number;

TEST(NameCalls, AFileLivesAsLongAsItHasAName) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/a", o_rdwr | o_creat);
    EXPECT_EQ(write_text(caller, fd, "abc"), 3);
    EXPECT_EQ(call(caller, nr::link, "/tmp/a", "/tmp/b"), 0);
    EXPECT_EQ(call(caller, nr::unlink, "/tmp/a"), 0);
    EXPECT_EQ(call(caller, nr::close, fd), 0);
    const std::int64_t again = open_path(caller, "/tmp/b", o_rdonly);
    EXPECT_EQ(read_text(caller, again, 9, 0), "abc");
    FileStat told;
    EXPECT_EQ(call(caller, nr::fstat, again, &told), 0);
    EXPECT_EQ(told.links, 1U);
  });
}

TEST(NameCalls, ALinkTellsItsTarget) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::symlink, "some/where", "/tmp/s"), 0);
    const VirtAddr at = map_pages(caller, 1);
    EXPECT_EQ(call(caller, nr::readlink, "/tmp/s", at, 100), 10);
    std::string text(10, '\0');
    UserMemory(caller).read(at, std::as_writable_bytes(std::span(text)));
    EXPECT_EQ(text, "some/where");
    EXPECT_EQ(call(caller, nr::readlink, "/tmp/s", VirtAddr(16), 100), failed(Errno::efault));
  });
}

TEST(NameCalls, RenamingTellsWhatIsWrongWithTheFirstPathFirst) {
  in_memory([](Caller& caller) {
    const auto rename = [&](int from, const char* path, int to, const char* to_path) {
      return call(caller, nr::renameat, from, path, to, to_path);
    };
    EXPECT_EQ(rename(at_fdcwd, "/nowhere/a", 99, "b"), failed(Errno::enoent));
    EXPECT_EQ(rename(at_fdcwd, "/dev/null/a", 99, "b"), failed(Errno::enotdir));
    EXPECT_EQ(rename(at_fdcwd, "/nowhere/a", at_fdcwd, nullptr), failed(Errno::enoent));
    EXPECT_EQ(rename(98, "a", at_fdcwd, nullptr), failed(Errno::ebadf));
    EXPECT_EQ(rename(at_fdcwd, "/tmp/none", 99, "b"), failed(Errno::ebadf)) << "the name itself is looked up last";
    EXPECT_EQ(rename(at_fdcwd, "/tmp/none", at_fdcwd, nullptr), failed(Errno::efault));
    EXPECT_EQ(rename(at_fdcwd, "/tmp/none", at_fdcwd, "/dev/null/b"), failed(Errno::enotdir));
    EXPECT_EQ(rename(at_fdcwd, "/tmp/.", at_fdcwd, "/nowhere/b"), failed(Errno::enoent));
  });
}

TEST(NameCalls, NothingIsMadeWithoutADisk) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::symlink, "x", "/tmp/s"), failed(Errno::erofs));
    EXPECT_EQ(call(caller, nr::mkdirat, at_fdcwd, "/tmp/d", 0755), failed(Errno::erofs));
    EXPECT_EQ(call(caller, nr::link, "/dev/null", "/tmp/n"), failed(Errno::erofs));
  });
}

}  // namespace signalbox::name_calls_test
