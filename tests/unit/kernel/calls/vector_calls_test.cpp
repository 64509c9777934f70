#include "kernel/calls/vector_calls.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "kernel/task/io_vec.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::vector_calls_test {

namespace nr = call_number;

// A process's parts, in a page of their own.
VirtAddr put(Caller& caller, const std::vector<IoVec>& parts) {
  const VirtAddr at = map_pages(caller, pages_of(page_aligned(parts.size() * sizeof(IoVec) + 1)));
  UserMemory(caller).write(at, std::as_bytes(std::span(parts)));
  return at;
}
VirtAddr put(Caller& caller, std::string_view text) {
  const VirtAddr at = map_pages(caller, 1);
  UserMemory(caller).write(at, std::as_bytes(std::span(text)));
  return at;
}
std::string text_at(Caller& caller, VirtAddr at, std::size_t bytes) {
  std::string text(bytes, '\0');
  UserMemory(caller).read(at, std::as_writable_bytes(std::span(text)));
  return text;
}

TEST(VectorCalls, PartsAreOneTransfer) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const VirtAddr from = put(caller, "hello, world");
    const VirtAddr parts = put(caller, {{from + 7, 5}, {VirtAddr(), 0}, {from, 7}});
    EXPECT_EQ(call(caller, nr::writev, fd, parts, 3), 12);
    EXPECT_EQ(read_text(caller, fd, 100, 0), "worldhello, ");
    const VirtAddr to = map_pages(caller, 3);  // nothing is present there yet
    const VirtAddr places = put(caller, {{to + (page_bytes - 2), 4}, {to, 100}});
    EXPECT_EQ(call(caller, nr::preadv, fd, places, 2, 1), 11);
    EXPECT_EQ(text_at(caller, to + (page_bytes - 2), 4), "orld");
    EXPECT_EQ(text_at(caller, to, 7), "hello, ");
    EXPECT_EQ(call(caller, nr::readv, fd, places, 2), 0);  // its place is behind what was written
    EXPECT_EQ(call(caller, nr::pwritev, fd, parts, 1, 20), 5);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_end), 25);
    EXPECT_TRUE(caller.thread().parts_in_use.empty());
  });
}

TEST(VectorCalls, APartThatIsNotThereEndsTheTransfer) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const VirtAddr from = put(caller, "abc");
    const VirtAddr nothing(page_bytes);
    EXPECT_EQ(call(caller, nr::writev, fd, put(caller, {{from, 3}, {nothing, 3}, {from, 3}}), 3), 3);
    EXPECT_EQ(call(caller, nr::writev, fd, put(caller, {{nothing, 3}}), 1), failed(Errno::efault));
  });
}

TEST(VectorCalls, WhatIsRefused) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const std::int64_t only_read = open_path(caller, "/tmp/f", o_rdonly);
    const VirtAddr at = map_pages(caller, 5);
    const VirtAddr parts =
        put(caller, {{at, 1}, {at, std::numeric_limits<std::uint64_t>::max()}, {VirtAddr(~0ULL), 1}});
    EXPECT_EQ(call(caller, nr::readv, 77, parts, 1), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::writev, only_read, parts, 1), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::readv, fd, parts, 0), 0);
    EXPECT_EQ(call(caller, nr::readv, fd, VirtAddr(16), 1), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::readv, fd, parts, 2), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::readv, fd, parts + 2 * sizeof(IoVec), 1), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::readv, fd, at, 1024), 0);
    EXPECT_EQ(call(caller, nr::readv, fd, at, 1025), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::preadv, fd, parts, 1, -1), failed(Errno::einval));
  });
}

}  // namespace signalbox::vector_calls_test
