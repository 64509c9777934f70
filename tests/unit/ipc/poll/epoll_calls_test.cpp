#include "ipc/poll/epoll_calls.hpp"

#include <gtest/gtest.h>

#include "ipc/poll/epoll_set.hpp"
#include "tests/support/ipc_machine.hpp"

// epoll_ctl(2), epoll_wait(2)
namespace signalbox::epoll_calls_test {

namespace nr = call_number;

TEST(EpollCalls, AWaiterHearsOfAWriteInAnotherProcess) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::epoll_create1, o_cloexec);
    const PipeNumbers pipe = new_pipe(caller);
    EpollEvent event{.events = poll_in, .data = 77};
    EXPECT_EQ(call(caller, nr::epoll_ctl, set, 1, pipe.in(), &event), 0);
    const std::int64_t child = fork(caller, [pipe](Caller& inner) {
      sleep_for(inner, 2_ms);
      EXPECT_EQ(write_text(inner, pipe.out(), "x"), 1);
      return 0;
    });
    event = {};
    EXPECT_EQ(call(caller, nr::epoll_wait, set, &event, 1, 1), 0);
    EXPECT_EQ(call(caller, nr::epoll_wait, set, &event, 1, -1), 1);
    EXPECT_EQ(caller.now() - Instant(), 2_ms);
    EXPECT_EQ(std::uint64_t{event.data}, 77U);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(EpollCalls, RefusesInLinuxsOrder) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::epoll_create, 1);
    const PipeNumbers pipe = new_pipe(caller);
    EpollEvent event{.events = poll_in | epoll_exclusive, .data = 0};
    EXPECT_EQ(call(caller, nr::epoll_ctl, 99, 1, pipe.in(), nullptr), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::epoll_ctl, 99, 1, 98, &event), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::epoll_ctl, set, 1, 1, &event), failed(Errno::eperm));  // /dev/null
    EXPECT_EQ(call(caller, nr::epoll_ctl, set, 1, set, &event), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::epoll_ctl, set, 1, pipe.in(), &event), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::epoll_wait, pipe.in(), &event, 1, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::epoll_wait, set, &event, 0, 0), failed(Errno::einval));
  });
}

}  // namespace signalbox::epoll_calls_test
