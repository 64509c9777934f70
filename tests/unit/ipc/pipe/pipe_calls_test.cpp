#include "ipc/pipe/pipe_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

// pipe(2), mknod(2), fcntl(2)
namespace signalbox::pipe_calls_test {

namespace nr = call_number;

TEST(PipeCalls, BytesGoFromOneProcessToAnother) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    EXPECT_EQ(pipe.in(), 3);
    EXPECT_EQ(pipe.out(), 4);
    const std::int64_t child = fork(caller, [pipe](Caller& inner) {
      EXPECT_EQ(call(inner, nr::close, pipe.out()), 0);
      std::string got;
      for (std::string more = read_next(inner, pipe.in(), 9'000); !more.empty();
           more = read_next(inner, pipe.in(), 9'000))
        got += more;
      EXPECT_EQ(got, std::string(200'000, 'p'));
      return 0;
    });
    EXPECT_EQ(write_text(caller, pipe.out(), std::string(200'000, 'p')), 200'000);
    EXPECT_EQ(call(caller, nr::close, pipe.out()), 0);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(PipeCalls, RefusesFlagsAndPointersAndLeavesNothingOpen) {
  in_ipc([](Caller& caller) {
    std::array<std::int32_t, 2> ends{};
    EXPECT_EQ(call(caller, nr::pipe2, ends.data(), o_append), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::pipe, nullptr), failed(Errno::efault));
    EXPECT_EQ(open_path(caller, "/dev/null", o_rdwr), 3);
    for (std::int64_t fd = 4; fd < 1023; ++fd) EXPECT_EQ(call(caller, nr::dup, 3), fd);
    EXPECT_EQ(call(caller, nr::pipe, ends.data()), failed(Errno::emfile));
    EXPECT_EQ(call(caller, nr::dup, 3), 1023);
  });
}

TEST(PipeCalls, NodesAreFifosAndFiles) {
  in_ipc([](Caller& caller) {
    constexpr std::uint32_t fifo = 0010000;
    constexpr std::uint32_t regular = 0100000;
    constexpr std::uint32_t directory = 0040000;
    constexpr std::uint32_t block_device = 0060000;
    EXPECT_EQ(call(caller, nr::mknod, "/tmp/fifo", fifo | 0644, 0), 0);
    EXPECT_EQ(call(caller, nr::mknod, "/tmp/fifo", fifo | 0644, 0), failed(Errno::eexist));
    EXPECT_EQ(call(caller, nr::mknodat, at_fdcwd, "/tmp/file", regular | 0600, 0), 0);
    EXPECT_EQ(call(caller, nr::mknod, "/tmp/plain", 0600, 0), 0);
    EXPECT_EQ(call(caller, nr::mknod, "/tmp/folder", directory | 0755, 0), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::mknod, "/tmp/disk", block_device | 0600, 0), failed(Errno::einval));
    const std::int64_t both = open_path(caller, "/tmp/fifo", o_rdwr);
    EXPECT_EQ(write_text(caller, both, "abc"), 3);
    EXPECT_EQ(read_next(caller, both, 9), "abc");
    const std::int64_t file = open_path(caller, "/tmp/plain", o_rdwr);
    EXPECT_EQ(write_text(caller, file, "abc"), 3);
    EXPECT_EQ(read_text(caller, file, 9, 1), "bc");
  });
}

TEST(PipeCalls, AKilledReaderPassesOnWhatItWasWokenFor) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    const auto reader = [pipe](Caller& inner) { return read_next(inner, pipe.in(), 1) == "x" ? 0 : 1; };
    const std::int64_t first = fork(caller, reader);
    const std::int64_t second = fork(caller, reader);
    sleep_for(caller, 1_ms);
    EXPECT_EQ(write_text(caller, pipe.out(), "x"), 1);
    EXPECT_EQ(call(caller, nr::kill, first, 9), 0);
    EXPECT_EQ(wait_for(caller, first), 9);
    EXPECT_EQ(wait_for(caller, second), 0);
  });
}

}  // namespace signalbox::pipe_calls_test
