#include "kernel/calls/descriptor_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_machine.hpp"

namespace signalbox::descriptor_calls_test {

namespace nr = call_number;

TEST(DescriptorCalls, ProcessesBeginWithTheStandardOnes) {
  in_memory([](Caller& caller) {
    EXPECT_EQ(open_path(caller, "/tmp/f", o_rdwr | o_creat), 3);
    EXPECT_EQ(call(caller, nr::close, 1), 0);
    EXPECT_EQ(open_path(caller, "/dev/null", o_rdwr), 1);
    EXPECT_EQ(call(caller, nr::close, 9), failed(Errno::ebadf));
  });
}

TEST(DescriptorCalls, CopiesShareTheirPlace) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const std::int64_t copy = call(caller, nr::dup, fd);
    EXPECT_EQ(copy, 4);
    EXPECT_EQ(write_text(caller, fd, "abc"), 3);
    EXPECT_EQ(call(caller, nr::lseek, copy, 0, seek_cur), 3);
    EXPECT_EQ(call(caller, nr::dup2, fd, 9), 9);
    EXPECT_EQ(call(caller, nr::dup2, fd, fd), fd);
    EXPECT_EQ(call(caller, nr::dup2, 77, 78), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::dup2, fd, 1024), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::dup3, fd, fd, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::dup3, fd, 10, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::dup3, fd, 10, o_cloexec), 10);
    EXPECT_EQ(call(caller, nr::fcntl, 10, f_getfd, 0), 1);
    EXPECT_EQ(call(caller, nr::fcntl, 9, f_getfd, 0), 0);
  });
}

TEST(DescriptorCalls, AChildSharesTheOpenFilesAndHasItsOwnNumbers) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const std::int64_t child = fork(caller, [fd](Caller& inner) {
      EXPECT_EQ(write_text(inner, fd, "abcd"), 4);
      EXPECT_EQ(call(inner, nr::close, fd), 0);
      return 0;
    });
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_cur), 4);
    EXPECT_EQ(read_text(caller, fd, 9, 1), "bcd");
  });
}

TEST(DescriptorCalls, ExecClosesWhatIsMarked) {
  in_memory([](Caller& caller) {
    const std::int64_t kept = open_path(caller, "/dev/null", o_rdwr);
    const std::int64_t marked = open_path(caller, "/dev/null", o_rdwr | o_cloexec);
    EXPECT_EQ(call(caller, nr::fcntl, kept, f_setfd, 1), 0);
    EXPECT_EQ(call(caller, nr::fcntl, kept, f_setfd, 0), 0);
    EXPECT_EQ(call(caller, nr::execve), 0);
    EXPECT_EQ(call(caller, nr::fcntl, kept, f_getfd, 0), 0);
    EXPECT_EQ(call(caller, nr::fcntl, marked, f_getfd, 0), failed(Errno::ebadf));
  });
}

TEST(DescriptorCalls, TheLimitIsHeeded) {
  in_memory([](Caller& caller) {
    const std::uint64_t limit[2] = {5, 5};
    EXPECT_EQ(call(caller, nr::prlimit64, 0, 7, &limit[0], nullptr), 0);
    EXPECT_EQ(call(caller, nr::dup, 0), 3);
    EXPECT_EQ(call(caller, nr::fcntl, 0, f_dupfd, 4), 4);
    EXPECT_EQ(call(caller, nr::fcntl, 0, f_dupfd, 5), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::dup, 0), failed(Errno::emfile));
    EXPECT_EQ(open_path(caller, "/tmp/f", o_rdwr | o_creat), failed(Errno::emfile));
    EXPECT_EQ(open_path(caller, "/tmp/f", o_rdwr), failed(Errno::emfile));
    EXPECT_EQ(call(caller, nr::close, 4), 0);
    EXPECT_EQ(open_path(caller, "/tmp/f", o_rdwr), failed(Errno::enoent));
  });
}

TEST(DescriptorCalls, StatusFlagsBelongToTheOpenFile) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_wronly | o_creat | o_trunc);
    const std::int64_t copy = call(caller, nr::dup, fd);
    EXPECT_EQ(call(caller, nr::fcntl, fd, f_setfl, o_nonblock), 0);
    EXPECT_EQ(call(caller, nr::fcntl, copy, f_getfl, 0), o_wronly | o_nonblock | o_largefile);
    EXPECT_EQ(call(caller, nr::fcntl, fd, 4711, 0), failed(Errno::einval));
  });
}

}  // namespace signalbox::descriptor_calls_test
