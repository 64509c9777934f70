#include <gtest/gtest.h>

#include <vector>

#include "kernel/task/signalling.hpp"
#include "tests/support/native_signals.hpp"

// wait(2), kill(2), signal(7)
namespace signalbox::signalling_jobs_test {

constexpr int untraced = 2;
constexpr int continued = 8;

std::int32_t wait_with(Caller& caller, std::int64_t child, int options) {
  std::int32_t status = -1;
  EXPECT_EQ(call(caller, call_number::wait4, child, &status, options, nullptr), child);
  return status;
}

TEST(SignallingJobs, AStoppedProcessComputesNothingUntilItContinues) {
  MachineFixture fixture({.policy = "round_robin:quantum=1ms", .config = {}});
  fixture.spawn([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { compute(inner, 10_ms); });
    sleep_for(caller, 4_ms);
    EXPECT_EQ(send_signal(caller, child, Signal::sigstop), 0);
    EXPECT_EQ(wait_with(caller, child, untraced), WaitStatus::stopped_by(19).raw());
    sleep_for(caller, 100_ms);
    EXPECT_EQ(send_signal(caller, child, Signal::sigcont), 0);
    EXPECT_EQ(wait_with(caller, child, continued), WaitStatus::continued().raw());
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(caller.now(), Instant() + 110_ms);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(SignallingJobs, AllThreadsStopBeforeTheParentIsTold) {
  in_a_process([](Caller& caller) {
    std::vector<Instant> told;
    handle_signal(
        caller, Signal::sigchld,
        [&](Caller& inner, const SignalInfo& info) {
          told.push_back(inner.now());
          EXPECT_EQ(info.code, told.size() == 1   ? signal_code::child_stopped
                               : told.size() == 2 ? signal_code::child_continued
                                                  : signal_code::child_exited);
        },
        signal_flag::restart);
    const std::int64_t child = fork(caller, [](Caller& inner) {
      const std::int64_t other = create_thread(inner, [](Caller& second) { sleep_for(second, 20_ms); });
      sleep_for(inner, 30_ms);
      join(inner, other);
    });
    sleep_for(caller, 5_ms);
    send_signal(caller, child, Signal::sigstop);
    wait_with(caller, child, untraced);
    send_signal(caller, child, Signal::sigcont);
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(told.size(), 3U);
    EXPECT_EQ(caller.now(), Instant() + 30_ms) << "sleeps end when they would have";
  });
}

TEST(SignallingJobs, AStoppedProcessCanBeKilledAndOtherSignalsWait) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_s); });
    sleep_for(caller, 1_ms);
    send_signal(caller, child, Signal::sigstop);
    wait_with(caller, child, untraced);
    send_signal(caller, child, Signal::sigterm);
    sleep_for(caller, 1_ms);
    EXPECT_EQ(call(caller, call_number::wait4, child, nullptr, 1, nullptr), 0);
    send_signal(caller, child, Signal::sigkill);
    EXPECT_EQ(wait_for(caller, child), WaitStatus::killed_by(9).raw());
  });
}

TEST(SignallingJobs, WhoIgnoresSigchldHasNoZombies) {
  in_a_process([](Caller& caller) {
    arrange(caller, Signal::sigchld, Disposition::ignored);
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    EXPECT_EQ(call(caller, call_number::wait4, child, nullptr, 0, nullptr), failed(Errno::echild));
    EXPECT_EQ(caller.now(), Instant() + 1_ms);
  });
}

}  // namespace signalbox::signalling_jobs_test
