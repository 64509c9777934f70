#include "ipc/sysv/semaphore_calls.hpp"

#include <gtest/gtest.h>

#include <array>

#include "ipc/sysv/semaphore_set.hpp"
#include "kernel/calls/user_types.hpp"
#include "tests/support/ipc_machine.hpp"
#include "tests/support/native_signals.hpp"

// semget(2), semop(2), semctl(2); each rule of them is a program in tests/conformance/rules/SSEM.
namespace signalbox::semaphore_calls_test {

namespace nr = call_number;
constexpr int remove_set = 0;
constexpr int get_value = 12;
constexpr int count_for_more = 14;
constexpr int set_value = 16;

std::int64_t change(Caller& caller, std::int64_t set, std::int16_t by, std::uint16_t flags = 0) {
  const SemaphoreOperation one{0, by, flags};
  return call(caller, nr::semop, set, &one, 1);
}
std::int64_t value(Caller& caller, std::int64_t set) { return call(caller, nr::semctl, set, 0, get_value, 0); }

TEST(SemaphoreCalls, WaitersAreServedWithTheirResult) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::semget, 0, 1, 0600);
    const std::int64_t child = fork(caller, [set](Caller& inner) {
      EXPECT_EQ(change(inner, set, -2), 0);
      EXPECT_EQ(inner.now(), Instant() + 3_ms);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(call(caller, nr::semctl, set, 0, count_for_more, 0), 1);
    EXPECT_EQ(change(caller, set, 1), 0);
    sleep_for(caller, 2_ms);
    EXPECT_EQ(change(caller, set, 1), 0);
    EXPECT_EQ(value(caller, set), 0) << "the waiter has it, though it has not run";
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(SemaphoreCalls, RemovalTellsWaitersAndAKilledOneLeavesNothing) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::semget, 0, 1, 0600);
    const std::int64_t killed = fork(caller, [set](Caller& inner) { change(inner, set, -1); });
    const std::int64_t told =
        fork(caller, [set](Caller& inner) { EXPECT_EQ(change(inner, set, -1), failed(Errno::eidrm)); });
    sleep_for(caller, 1_ms);
    send_signal(caller, killed, Signal::sigkill);
    EXPECT_EQ(wait_for(caller, killed), static_cast<int>(Signal::sigkill));
    EXPECT_EQ(call(caller, nr::semctl, set, 0, count_for_more, 0), 1);
    EXPECT_EQ(call(caller, nr::semctl, set, 0, remove_set, 0), 0);
    EXPECT_EQ(wait_for(caller, told), 0);
    EXPECT_EQ(value(caller, set), failed(Errno::einval));
  });
}

TEST(SemaphoreCalls, ADeadlineIsExact) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::semget, 0, 1, 0600);
    const SemaphoreOperation one{0, -1, 0};
    const TimeSpec time{0, 2'000'000};
    EXPECT_EQ(call(caller, nr::semtimedop, set, &one, 1, &time), failed(Errno::eagain));
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    EXPECT_EQ(call(caller, nr::semtimedop, set, nullptr, 1, &time), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::semctl, set, 0, set_value, 32'768), failed(Errno::erange));
    EXPECT_EQ(call(caller, nr::semctl, set, 0, 99, 0), failed(Errno::einval));
  });
}

}  // namespace signalbox::semaphore_calls_test
