#include "kernel/calls/directory_calls.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/file_machine.hpp"

namespace signalbox::directory_calls_test {

namespace nr = call_number;

struct Listing {
  std::int64_t answer = 0;
  std::vector<std::string> names = {};
  std::vector<std::int64_t> next = {};  // lseek(2)'s place behind each
};

Listing list(Caller& caller, std::int64_t fd, std::uint64_t room) {
  const VirtAddr at = map_pages(caller, pages_of(page_aligned(room)));
  Listing listing{.answer = call(caller, nr::getdents64, fd, at, room)};
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::max<std::int64_t>(listing.answer, 0)));
  UserMemory(caller).read(at, bytes);
  for (std::size_t begin = 0; begin < bytes.size();) {
    std::int64_t next = 0;
    std::uint16_t length = 0;
    std::memcpy(&next, &bytes[begin + 8], sizeof next);
    std::memcpy(&length, &bytes[begin + 16], sizeof length);
    listing.next.push_back(next);
    const auto kind = std::to_string(static_cast<int>(bytes[begin + 18]));
    listing.names.push_back(kind + ":" + reinterpret_cast<const char*>(&bytes[begin + 19]));
    begin += length;
  }
  return listing;
}

std::int64_t make_folder(Caller& caller) {
  EXPECT_EQ(call(caller, nr::mkdir, "/tmp/d", 0755), 0);
  open_path(caller, "/tmp/d/file", o_rdwr | o_creat);
  EXPECT_EQ(call(caller, nr::mkdir, "/tmp/d/e", 0755), 0);
  EXPECT_EQ(call(caller, nr::symlink, "file", "/tmp/d/link"), 0);
  return open_path(caller, "/tmp/d", o_rdonly | o_directory);
}

TEST(DirectoryCalls, NamesComeInTheOrderOfTheirMaking) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = make_folder(caller);
    EXPECT_EQ(list(caller, fd, 4096).names, (std::vector<std::string>{"4:.", "4:..", "8:file", "4:e", "10:link"}));
    EXPECT_EQ(list(caller, fd, 4096).answer, 0);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_set), 0);
    EXPECT_EQ(list(caller, fd, 4096).names.size(), 5U);
  });
}

TEST(DirectoryCalls, ALittleRoomTakesSeveralCalls) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = make_folder(caller);
    EXPECT_EQ(list(caller, fd, 23).answer, failed(Errno::einval));
    EXPECT_EQ(list(caller, fd, 24).names, (std::vector<std::string>{"4:."}));
    const Listing two = list(caller, fd, 48);
    EXPECT_EQ(two.names, (std::vector<std::string>{"4:..", "8:file"}));
    EXPECT_EQ(call(caller, nr::lseek, fd, two.next[0], seek_set), two.next[0]);
    EXPECT_EQ(list(caller, fd, 4096).names, (std::vector<std::string>{"8:file", "4:e", "10:link"}));
  });
}

TEST(DirectoryCalls, WhatIsRemovedMeanwhileMovesNothing) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = make_folder(caller);
    EXPECT_EQ(list(caller, fd, 80).names.size(), 3U);
    EXPECT_EQ(call(caller, nr::unlink, "/tmp/d/file"), 0);
    open_path(caller, "/tmp/d/late", o_rdwr | o_creat);
    EXPECT_EQ(list(caller, fd, 4096).names, (std::vector<std::string>{"4:e", "10:link", "8:late"}));
  });
}

TEST(DirectoryCalls, WhatCannotBeListed) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::getdents64, 77, VirtAddr(), 4096), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::getdents64, 0, VirtAddr(), 4096), failed(Errno::enotdir));
    EXPECT_EQ(call(caller, nr::mkdir, "/tmp/d", 0755), 0);
    const std::int64_t fd = open_path(caller, "/tmp/d", o_rdonly);
    EXPECT_EQ(call(caller, nr::getdents64, fd, VirtAddr(16), 4096), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_cur), 0);
    EXPECT_EQ(call(caller, nr::rmdir, "/tmp/d"), 0);
    EXPECT_EQ(call(caller, nr::getdents64, fd, VirtAddr(16), 4096), failed(Errno::enoent));
  });
}

}  // namespace signalbox::directory_calls_test
