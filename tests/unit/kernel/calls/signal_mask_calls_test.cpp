#include "kernel/calls/signal_mask_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/native_signals.hpp"

// sigaction(2), sigprocmask(2), sigsuspend(2), sigwaitinfo(2)
namespace signalbox::signal_mask_calls_test {

namespace nr = call_number;

TEST(SignalMaskCalls, BadNumbersAndSizesAreRefused) {
  in_a_process([](Caller& caller) {
    const Disposition ignore{.handler = Disposition::ignored};
    for (const int number : {0, 65, 9, 19}) {
      EXPECT_EQ(call(caller, nr::rt_sigaction, number, &ignore, nullptr, 8), failed(Errno::einval)) << number;
    }
    EXPECT_EQ(call(caller, nr::rt_sigaction, 10, &ignore, nullptr, 16), failed(Errno::einval));
    const SignalSet set;
    EXPECT_EQ(call(caller, nr::rt_sigprocmask, 3, &set, nullptr, 8), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::rt_sigprocmask, 0, &set, nullptr, 4), failed(Errno::einval));
  });
}

TEST(SignalMaskCalls, KillAndStopAreNotBlocked) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(block(caller, SignalSet::all()), 0);
    EXPECT_EQ(caller.thread().blocked_signals(), SignalSet::all().without(unblockable_signals));
  });
}

TEST(SignalMaskCalls, WhatIsBlockedIsPendingUntilItIsTaken) {
  in_a_process([](Caller& caller) {
    block(caller, {Signal::sigusr1, Signal::sigusr2});
    send_signal(caller, own_pid(caller), Signal::sigusr2);
    SignalSet pending;
    EXPECT_EQ(call(caller, nr::rt_sigpending, &pending, 8), 0);
    EXPECT_EQ(pending, SignalSet{Signal::sigusr2});
    const SignalSet both{Signal::sigusr1, Signal::sigusr2};
    UserSignalInfo info;
    EXPECT_EQ(call(caller, nr::rt_sigtimedwait, &both, &info, nullptr, 8), 12);
    EXPECT_EQ(info.info.pid(), caller.process().pid);
    const std::int64_t short_time[2] = {0, 1'000'000};
    EXPECT_EQ(call(caller, nr::rt_sigtimedwait, &both, nullptr, &short_time[0], 8), failed(Errno::eagain));
    EXPECT_EQ(caller.now(), Instant() + 1_ms);
  });
}

TEST(SignalMaskCalls, SigsuspendSwapsTheMaskUntilItsHandlerHasRun) {
  in_a_process([](Caller& caller) {
    int runs = 0;
    handle_signal(caller, Signal::sigusr1, [&](Caller&, const SignalInfo&) { ++runs; });
    block(caller, {Signal::sigusr1});
    send_signal(caller, own_pid(caller), Signal::sigusr1);
    EXPECT_EQ(runs, 0);
    const SignalSet none;
    EXPECT_EQ(call(caller, nr::rt_sigsuspend, &none, 8), failed(Errno::eintr));
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(caller.thread().blocked_signals(), SignalSet{Signal::sigusr1});
  });
}

TEST(SignalMaskCalls, PauseSleepsOnAfterAStop) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      handle_signal(inner, Signal::sigusr1, [](Caller&, const SignalInfo&) {});
      EXPECT_EQ(call(inner, nr::pause), failed(Errno::eintr));
      EXPECT_EQ(inner.now(), Instant() + 5_ms);
    });
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigstop);
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigcont);
    sleep_for(caller, 3_ms);
    send_signal(caller, child, Signal::sigusr1);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(SignalMaskCalls, SleepAfterAStoppedOneIsWhole) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      sleep_for(inner, 5_ms);
      sleep_for(inner, 3_ms);
      EXPECT_EQ(inner.now(), Instant() + 8_ms);
    });
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigstop);
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigcont);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(SignalMaskCalls, SleepOfAHandlerIsItsOwn) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      handle_signal(inner, Signal::sigusr1, [](Caller& handler, const SignalInfo&) { sleep_for(handler, 7_ms); });
      const TimeSpec wanted{0, 3'000'000};
      EXPECT_EQ(call(inner, nr::nanosleep, &wanted, nullptr), failed(Errno::eintr));
      EXPECT_EQ(inner.now(), Instant() + 8_ms);
    });
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigusr1);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

}  // namespace signalbox::signal_mask_calls_test
