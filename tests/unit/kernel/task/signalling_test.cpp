#include "kernel/task/signalling.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/native_signals.hpp"

// signal(7), sigaction(2)
namespace signalbox::signalling_test {

TEST(Signalling, AHandlerRunsBeforeKillReturnsWithItsSignalBlocked) {
  in_a_process([](Caller& caller) {
    int runs = 0;
    handle_signal(caller, Signal::sigusr1, [&](Caller& inner, const SignalInfo& info) {
      EXPECT_EQ(info.signal, Signal::sigusr1);
      EXPECT_EQ(info.code, signal_code::user);
      EXPECT_EQ(info.pid(), inner.process().pid);
      EXPECT_TRUE(inner.thread().blocked_signals().has(Signal::sigusr1));
      ++runs;
    });
    EXPECT_EQ(send_signal(caller, own_pid(caller), Signal::sigusr1), 0);
    EXPECT_EQ(runs, 1);
    EXPECT_FALSE(caller.thread().blocked_signals().has(Signal::sigusr1));
  });
}

TEST(Signalling, AnInterruptedSleepAnswersEintrAndOnlyAHandlerInterrupts) {
  in_a_process([](Caller& caller) {
    int runs = 0;
    handle_signal(caller, Signal::sigusr1, [&](Caller&, const SignalInfo&) { ++runs; });
    const std::int64_t self = own_pid(caller);
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      sleep_for(inner, 1_ms);
      send_signal(inner, self, Signal::sigurg);
      sleep_for(inner, 1_ms);
      send_signal(inner, self, Signal::sigusr1);
    });
    const std::int64_t wanted[2] = {1, 0};
    std::int64_t left[2] = {};
    EXPECT_EQ(call(caller, call_number::nanosleep, &wanted[0], &left[0]), failed(Errno::eintr));
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    EXPECT_EQ(left[1], 998'000'000);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(Signalling, ASignalCutsAComputationThatThenGoesOn) {
  in_a_process([](Caller& caller) {
    Instant handled;
    handle_signal(caller, Signal::sigalrm, [&](Caller& inner, const SignalInfo&) { handled = inner.now(); });
    const std::int64_t timer[4] = {0, 0, 0, 3'000};
    EXPECT_EQ(call(caller, call_number::setitimer, 0, &timer[0], nullptr), 0);
    compute(caller, 10_ms);
    EXPECT_EQ(handled, Instant() + 3_ms);
    EXPECT_EQ(caller.now(), Instant() + 10_ms);
  });
}

TEST(Signalling, WaitBeginsAgainWithSaRestartOnly) {
  for (const std::uint64_t flags : {std::uint64_t{0}, signal_flag::restart}) {
    in_a_process([&](Caller& caller) {
      handle_signal(caller, Signal::sigusr1, [](Caller&, const SignalInfo&) {}, flags);
      const std::int64_t self = own_pid(caller);
      const std::int64_t child = fork(caller, [&](Caller& inner) {
        sleep_for(inner, 1_ms);
        send_signal(inner, self, Signal::sigusr1);
        sleep_for(inner, 1_ms);
      });
      const std::int64_t answer = call(caller, call_number::wait4, child, nullptr, 0, nullptr);
      EXPECT_EQ(answer, flags == 0 ? failed(Errno::eintr) : child);
    });
  }
}

TEST(Signalling, WhoBlocksLeavesTheProcessesSignalToAnother) {
  in_a_process([](Caller& caller) {
    std::vector<Tid> takers;
    handle_signal(caller, Signal::sigusr1,
                  [&](Caller& inner, const SignalInfo&) { takers.push_back(inner.thread().tid); });
    const std::int64_t other = create_thread(caller, [](Caller& inner) {
      const std::int64_t wanted[2] = {1, 0};
      EXPECT_EQ(call(inner, call_number::nanosleep, &wanted[0], nullptr), failed(Errno::eintr));
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(send_signal(caller, own_pid(caller), Signal::sigusr1), 0);
    EXPECT_EQ(takers, std::vector{caller.thread().tid});
    block(caller, {Signal::sigusr1});
    EXPECT_EQ(send_signal(caller, own_pid(caller), Signal::sigusr1), 0);
    join(caller, other);
    EXPECT_EQ(takers.back(), Tid(static_cast<std::int32_t>(other)));
  });
}

TEST(Signalling, AForkedNativeProgramKeepsTheMaskAndIgnoresButHandlesNothing) {
  in_a_process([](Caller& caller) {
    handle_signal(caller, Signal::sigusr1, [](Caller&, const SignalInfo&) { ADD_FAILURE() << "the parent's"; });
    arrange(caller, Signal::sigusr2, Disposition::ignored);
    block(caller, {Signal::sighup});
    const std::int64_t child = fork(caller, [](Caller& inner) {
      EXPECT_TRUE(inner.thread().blocked_signals().has(Signal::sighup));
      send_signal(inner, own_pid(inner), Signal::sigusr2);
      send_signal(inner, own_pid(inner), Signal::sigusr1);
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(10));
  });
}

}  // namespace signalbox::signalling_test
