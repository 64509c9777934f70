#include "tools/metrics/cpu_activity.hpp"

#include <gtest/gtest.h>

#include "tests/support/trace_script.hpp"

namespace signalbox::cpu_activity_test {

TEST(CpuActivity, IdleTimeIsWaitingWhileSomebodyWaitsForADevice) {
  CpuActivity activity;
  TraceScript script({&activity});
  script.machine(0, 2);
  script.begin(10, 2, 0);
  script.blocked(40, 2, WaitKind::memory, 0, "page");
  script.end(40, 2, 0, SwitchReason::memory_shortage, 25, 5);
  script.flush();
  EXPECT_EQ(activity.device_waiters(), 1U);
  script.ready(70, 2);
  script.begin(75, 2, 0, SwitchKind::resumed);
  script.flush();
  const CpuActivityCounts counts = activity.counts(Instant(100));
  EXPECT_EQ(activity.device_waiters(), 0U);
  EXPECT_EQ(counts.user, 25_ns);
  EXPECT_EQ(counts.busy, 55_ns);
  EXPECT_EQ(counts.waiting, 30_ns);
  EXPECT_EQ(counts.idle, 115_ns);
  EXPECT_EQ(counts.switches, 3U) << "to the thread, to the idle loop, and back";
}

TEST(CpuActivity, WhoWaitsForWorkOrFramesWaitsForNoDevice) {
  CpuActivity activity;
  TraceScript script({&activity});
  script.machine(0, 1);
  script.blocked(0, 2, WaitKind::memory, 0, "kswapd");
  script.blocked(0, 3, WaitKind::mutex, 0, "page");
  script.flush();
  EXPECT_EQ(activity.device_waiters(), 0U);
  EXPECT_EQ(activity.counts(Instant(10)).idle, 10_ns);
}

TEST(CpuActivity, AnotherThreadAtOnceIsOneSwitchAndTheSameIsNone) {
  CpuActivity activity;
  TraceScript script({&activity});
  script.machine(0, 1);
  script.begin(0, 2, 0);
  script.end(5, 2, 0, SwitchReason::slice_expired, 5);
  script.begin(5, 2, 0, SwitchKind::resumed);
  script.end(9, 2, 0, SwitchReason::slice_expired, 4);
  script.begin(9, 3, 0, SwitchKind::thread);
  script.flush();
  EXPECT_EQ(activity.counts(Instant(9)).switches, 2U);
}

TEST(CpuActivity, AnOfflineCpuIsNeitherIdleNorBusy) {
  CpuActivity activity;
  TraceScript script({&activity});
  script.machine(0, 1);
  script.emit(10, 0, 0, TraceKind::cpu_offline);
  script.emit(30, 0, 0, TraceKind::cpu_online);
  script.emit(30, 0, 0, TraceKind::tick);
  script.ready(40, 2, 0, ReadyReason::timed_out);
  script.flush();
  const CpuActivityCounts counts = activity.counts(Instant(50));
  EXPECT_EQ(counts.idle, 30_ns);
  EXPECT_EQ(counts.ticks, 1U);
  EXPECT_EQ(counts.timers, 1U);
}

}  // namespace signalbox::cpu_activity_test
