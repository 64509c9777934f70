#include "kernel/calls/alarm_calls.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/native_signals.hpp"

// alarm(2), setitimer(2)
namespace signalbox::alarm_calls_test {

namespace nr = call_number;

TEST(AlarmCalls, ANewAlarmReplacesAndTellsTheSecondsLeft) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::alarm, 10), 0);
    sleep_for(caller, 2500_ms);
    EXPECT_EQ(call(caller, nr::alarm, 20), 8) << "7.5 s, to the nearest";
    EXPECT_EQ(call(caller, nr::alarm, 0), 20);
    EXPECT_EQ(call(caller, nr::alarm, 0), 0);
  });
}

TEST(AlarmCalls, AnIntervalTimerIsTheAlarm) {
  in_a_process([](Caller& caller) {
    const std::int64_t wanted[4] = {1, 5, 3, 250'000};
    std::int64_t now[4] = {};
    EXPECT_EQ(call(caller, nr::setitimer, 0, &wanted[0], nullptr), 0);
    sleep_for(caller, 1_s);
    EXPECT_EQ(call(caller, nr::getitimer, 0, &now[0]), 0);
    EXPECT_EQ(std::vector<std::int64_t>(now, now + 4), (std::vector<std::int64_t>{1, 5, 2, 250'000}));
    EXPECT_EQ(call(caller, nr::alarm, 0), 2);
    const std::int64_t bad[4] = {0, 0, 0, 1'000'000};
    EXPECT_EQ(call(caller, nr::setitimer, 0, &bad[0], nullptr), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::getitimer, 1, &now[0]), failed(Errno::einval));
  });
}

}  // namespace signalbox::alarm_calls_test
