#include <gtest/gtest.h>

#include <vector>

#include "kernel/machine/running_thread.hpp"
#include "tests/support/native_signals.hpp"

namespace signalbox::running_thread_signals_test {

// Linux's send_sig(SIGPIPE, current, 0): the call goes on, the handler runs when it is over.
TEST(RunningThreadSignals, ARaisedSignalIsDeliveredWhenTheCallReturns) {
  in_a_process([](Caller& caller) {
    int runs = 0;
    handle_signal(caller, Signal::sigpipe, [&](Caller&, const SignalInfo&) { ++runs; });
    caller.raise(Signal::sigpipe);
    EXPECT_EQ(runs, 0);
    own_pid(caller);
    EXPECT_EQ(runs, 1);
  });
}

TEST(RunningThreadSignals, ARaisedSignalWithoutAHandlerEndsTheProcess) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      inner.raise(Signal::sigpipe);
      own_pid(inner);
      ADD_FAILURE() << "it has ended";
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(13));
  });
}

TEST(RunningThreadSignals, SleepsThatSignalsDoNotEndGoOn) {
  in_a_process([](Caller& caller) {
    int runs = 0;
    handle_signal(caller, Signal::sigalrm, [&](Caller&, const SignalInfo&) { ++runs; });
    WaitQueue firm(WaitLabel{WaitKind::mutex, NameId(), OnSignal::sleeps_on});
    WaitQueue soft(WaitLabel{WaitKind::mutex, NameId()});
    caller.kernel().set_alarm(caller.process(), Instant() + 1_ms, Duration());
    EXPECT_EQ(caller.sleep_on(firm, Instant() + 2_ms), WakeReason::timed_out);
    EXPECT_EQ(caller.sleep_on(soft, Instant() + 3_ms), WakeReason::interrupted) << "one is there already";
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    own_pid(caller);
    EXPECT_EQ(runs, 1);
  });
}

TEST(RunningThreadSignals, HandlersNestAndTheirSignalsWaitForTheirTurn) {
  in_a_process([](Caller& caller) {
    std::vector<int> order;
    handle_signal(caller, Signal::sigusr1, [&](Caller& inner, const SignalInfo&) {
      order.push_back(1);
      send_signal(inner, own_pid(inner), Signal::sigusr1);
      send_signal(inner, own_pid(inner), Signal::sigusr2);
      order.push_back(2);
      if (order.size() > 4) arrange(inner, Signal::sigusr1, Disposition::ignored);
    });
    handle_signal(caller, Signal::sigusr2, [&](Caller&, const SignalInfo&) { order.push_back(3); });
    send_signal(caller, own_pid(caller), Signal::sigusr1);
    EXPECT_EQ(order, (std::vector{1, 3, 2, 1, 3, 2}));
  });
}

}  // namespace signalbox::running_thread_signals_test
