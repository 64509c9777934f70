#include "ipc/poll/eventfd_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

// eventfd(2)
namespace signalbox::eventfd_calls_test {

namespace nr = call_number;

TEST(EventfdCalls, AReaderWaitsForAWriterInAnotherProcess) {
  in_ipc([](Caller& caller) {
    const std::int64_t fd = call(caller, nr::eventfd2, 0, o_cloexec);
    EXPECT_EQ(call(caller, nr::fcntl, fd, f_getfd, 0), 1);
    const std::int64_t child = fork(caller, [fd](Caller& inner) {
      EXPECT_EQ(read_next(inner, fd, 8), std::string("\x07\0\0\0\0\0\0\0", 8));
      return 0;
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(write_text(caller, fd, std::string("\x07\0\0\0\0\0\0\0", 8)), 8);
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(call(caller, nr::eventfd2, 0, 2), failed(Errno::einval));
    EXPECT_EQ(read_next(caller, call(caller, nr::eventfd, 5), 7), "!22");
  });
}

}  // namespace signalbox::eventfd_calls_test
