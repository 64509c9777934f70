#include "kernel/machine/alarms.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/native_signals.hpp"

// alarm(2), setitimer(2)
namespace signalbox::alarms_test {

TEST(Alarms, RepeatUntilTheyAreReplaced) {
  in_a_process([](Caller& caller) {
    std::vector<Instant> times;
    handle_signal(caller, Signal::sigalrm, [&](Caller& inner, const SignalInfo& info) {
      EXPECT_EQ(info.code, signal_code::kernel);
      times.push_back(inner.now());
      if (times.size() == 3) inner.kernel().set_alarm(inner.process(), Instant::max(), Duration());
    });
    caller.kernel().set_alarm(caller.process(), caller.now() + 2_ms, 5_ms);
    compute(caller, 50_ms);
    EXPECT_EQ(times, (std::vector{Instant() + 2_ms, Instant() + 7_ms, Instant() + 12_ms}));
    EXPECT_EQ(caller.now(), Instant() + 50_ms);
  });
}

TEST(Alarms, OneThatNobodyHandlesEndsTheProcess) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      call(inner, call_number::alarm, 1);
      sleep_for(inner, 5_s);
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(14));
    EXPECT_EQ(caller.now(), Instant() + 1_s);
  });
}

TEST(Alarms, DieWithTheirProcess) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { call(inner, call_number::alarm, 1); });
    EXPECT_EQ(wait_for(caller, child), 0);
    sleep_for(caller, 2_s);
  });
}

}  // namespace signalbox::alarms_test
