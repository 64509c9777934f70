#include "tools/metrics/run_metrics.hpp"

#include <gtest/gtest.h>

#include "tests/support/trace_script.hpp"

namespace signalbox::run_metrics_test {

constexpr std::int64_t ms = 1'000'000;

TEST(RunMetrics, APreemptedThreadWaitsFromTheMomentItLeft) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "a");
  script.start(5, 3, 3, "b");
  script.begin(10, 2, 0);
  script.end(30, 2, 0, SwitchReason::preempted, 20);
  script.begin(30, 3, 0);
  script.exit(70, 3, 0, 40);
  script.begin(70, 2, 0);
  script.exit(75, 2, 0, 5);
  script.stop(80);
  const ThreadReport a = metrics.thread(0);
  EXPECT_EQ(a.waiting, Duration(10 + 40));
  EXPECT_EQ(a.longest_wait, Duration(40));
  EXPECT_EQ(a.response, Duration(10));
  EXPECT_EQ(a.turnaround, Duration(75));
  EXPECT_EQ(a.user, Duration(25));
  EXPECT_EQ(a.involuntary, 1u);
  EXPECT_EQ(a.voluntary, 1u);
  EXPECT_EQ(metrics.thread(1).waiting, Duration(25));
}

TEST(RunMetrics, BlockedTimeIsBookedByCause) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "a");
  script.begin(0, 2, 0);
  script.wait(10, 2, 0, WaitKind::mutex, 10);
  script.ready(25, 2, 0, ReadyReason::woken, 3);
  script.begin(27, 2, 0);
  script.wait(30, 2, 0, WaitKind::time, 3);
  script.ready(130, 2, 0, ReadyReason::timed_out);
  script.begin(131, 2, 0);
  script.end(140, 2, 0, SwitchReason::memory_shortage, 0, 9);
  script.ready(147, 2);
  script.begin(147, 2, 0);
  script.exit(150, 2, 0, 3);
  script.stop(150);
  const ThreadReport a = metrics.thread(0);
  EXPECT_EQ(a.blocked_by[static_cast<unsigned>(WaitKind::mutex)], Duration(15));
  EXPECT_EQ(a.blocked_by[static_cast<unsigned>(WaitKind::time)], Duration(100));
  EXPECT_EQ(a.blocked_by[static_cast<unsigned>(WaitKind::memory)], Duration(7));
  EXPECT_EQ(a.blocked, Duration(122));
  EXPECT_EQ(a.waiting, Duration(2 + 1));
  EXPECT_EQ(a.cpu(), Duration(25));
  EXPECT_EQ(a.waiting + a.blocked + a.cpu(), a.turnaround);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.wakeup_latency.count, 3u);
  EXPECT_EQ(report.wakeup_latency.max, 2);
  EXPECT_EQ(report.wakeup_latency.mean, 1);
}

TEST(RunMetrics, AWakeUpBetweenBlockingAndLeavingTheCpuIsNotLost) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 2);
  script.start(0, 2, 2, "a");
  script.begin(0, 2, 0);
  script.blocked(10, 2, WaitKind::mutex);
  script.ready(10, 2);
  script.end(12, 2, 0, SwitchReason::blocked, 12);
  script.begin(20, 2, 1);
  script.exit(21, 2, 1, 1);
  script.stop(21);
  EXPECT_EQ(metrics.thread(0).blocked, Duration(0));
  EXPECT_EQ(metrics.thread(0).waiting, Duration(8));
  EXPECT_EQ(metrics.report().wakeup_latency.max, 8);
}

TEST(RunMetrics, AThreadThatGoesOnAtOnceDidNotSwitch) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "a");
  script.begin(0, 2, 0);
  script.end(10, 2, 0, SwitchReason::slice_expired, 10);
  script.begin(10, 2, 0, SwitchKind::resumed);
  script.end(20, 2, 0, SwitchReason::yielded, 10);
  script.begin(20, 2, 0, SwitchKind::resumed);
  script.wait(30, 2, 0, WaitKind::time, 10);
  script.ready(40, 2);
  script.begin(40, 2, 0, SwitchKind::resumed);
  script.exit(45, 2, 0, 5);
  script.stop(45);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.switches.of(SwitchReason::slice_expired), 0u);
  EXPECT_EQ(report.switches.of(SwitchReason::yielded), 0u);
  EXPECT_EQ(report.switches.of(SwitchReason::slept), 1u);
  EXPECT_EQ(report.switches.voluntary, 2u);
  EXPECT_EQ(report.switches.involuntary, 0u);
  EXPECT_EQ(report.switches.process, 1u);
  EXPECT_EQ(metrics.thread(0).switches(), 2u);
  EXPECT_EQ(report.causes.longest_run, Duration(30));
  EXPECT_EQ(report.causes.preemptions, 0u);
}

TEST(RunMetrics, AStoppedReadyThreadIsBlockedNotWaiting) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "a");
  script.blocked(5, 2, WaitKind::stopped);
  script.ready(45, 2, 0, ReadyReason::continued);
  script.begin(50, 2, 0);
  script.exit(60, 2, 0, 10);
  script.stop(60);
  EXPECT_EQ(metrics.thread(0).waiting, Duration(5 + 5));
  EXPECT_EQ(metrics.thread(0).blocked_by[static_cast<unsigned>(WaitKind::stopped)], Duration(40));
}

TEST(RunMetrics, AReusedTidIsAnotherThread) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  for (const std::int64_t at : {0, 100}) {
    script.start(at, 2, 2, at == 0 ? "first" : "second");
    script.activation_begun(at, 2, 0, 0);
    script.begin(at, 2, 0);
    script.exit(at + 10 + at / 10, 2, 0, 10);
  }
  script.stop(200);
  ASSERT_EQ(metrics.thread_count(), 2u);
  EXPECT_EQ(metrics.thread(0).name, "first");
  EXPECT_EQ(metrics.thread(0).turnaround, Duration(10));
  EXPECT_EQ(metrics.thread(0).activations, 1u);
  EXPECT_EQ(metrics.thread(1).name, "second");
  EXPECT_EQ(metrics.thread(1).turnaround, Duration(20));
  EXPECT_EQ(metrics.thread(1).activations, 1u);
}

TEST(RunMetrics, ActivationsWithoutADeadlineMissNone) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "job");
  script.activation_begun(0, 2, 0, 0);
  script.activation_ended(10, 2, 0, std::nullopt);
  script.stop(100, RunEnd::until);
  EXPECT_EQ(metrics.thread(0).activations, 1u);
  EXPECT_EQ(metrics.thread(0).deadlines, 0u);
  EXPECT_EQ(metrics.thread(0).slack_mean, std::nullopt);
  EXPECT_EQ(metrics.report().deadlines, 0u);
}

TEST(RunMetrics, ActivationsReportLatencyAndSlack) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "periodic");
  script.activation_begun(0, 2, 0, 0);
  script.activation_ended(10, 2, 0, 30);
  script.activation_begun(50, 2, 1, 8);
  script.activation_ended(70, 2, 1, -10);
  script.stop(100, RunEnd::until);
  const ThreadReport thread = metrics.thread(0);
  EXPECT_EQ(thread.activations, 2u);
  EXPECT_EQ(thread.deadlines, 2u);
  EXPECT_EQ(thread.deadline_misses, 1u);
  EXPECT_EQ(thread.activation_latency_mean, Duration(4));
  EXPECT_EQ(thread.activation_latency_max, Duration(8));
  EXPECT_EQ(thread.slack_mean, Duration(10));
  EXPECT_EQ(thread.slack_min, Duration(-10));
  EXPECT_EQ(metrics.report().deadline_misses, 1u);
  EXPECT_EQ(metrics.report().activation_latency.max, 8);
  EXPECT_EQ(metrics.report().tardiness.count, 1u);
  EXPECT_EQ(metrics.report().tardiness.max, 10);
}

TEST(RunMetrics, DeadlinesThatPassedUntoldAreMissed) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "periodic");
  script.start(0, 3, 3, "starved");
  script.activation_begun(0, 2, 0, 0);
  script.activation_ended(10, 2, 0, 30);
  script.flush();
  metrics.add_overdue(Tid(2), 1);
  metrics.add_overdue(Tid(3), 4);
  script.stop(100, RunEnd::until);
  EXPECT_EQ(metrics.thread(0).deadlines, 2u);
  EXPECT_EQ(metrics.thread(0).deadline_misses, 1u);
  EXPECT_EQ(metrics.thread(0).slack_mean, Duration(30));
  EXPECT_EQ(metrics.thread(1).deadline_misses, 4u);
  EXPECT_EQ(metrics.report().deadlines, 6u);
  EXPECT_EQ(metrics.report().deadline_misses, 5u);
}

TEST(RunMetrics, AWakeUpThatNoDispatchFollowedLastsUntilTheEnd) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "woken");
  script.begin(0, 2, 0);
  script.wait(10, 2, 0, WaitKind::time, 10);
  script.ready(40, 2);
  script.stop(100, RunEnd::until);
  EXPECT_EQ(metrics.report().wakeup_latency.count, 1u);
  EXPECT_EQ(metrics.report().wakeup_latency.max, 60);
}

TEST(RunMetrics, ManyThreadsAreMeasuredAsFewAre) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  constexpr int count = 20'000;
  script.machine(0, 1);
  for (int tid = 2; tid < count + 2; ++tid) script.start(0, tid, 2, "w");
  std::int64_t now = 0;
  for (int tid = 2; tid < count + 2; ++tid) {
    script.begin(now, tid, 0, SwitchKind::thread);
    now += 10;
    script.exit(now, tid, 0, 10);
  }
  script.stop(now);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.finished, 20'000u);
  EXPECT_EQ(report.makespan, Duration(200'000));
  EXPECT_EQ(report.turnaround.max, 200'000);
  EXPECT_EQ(report.turnaround.p50, 100'000);
  EXPECT_EQ(report.waiting.p95, 189'990);
  EXPECT_EQ(report.cpu.user, Duration(200'000));
  EXPECT_DOUBLE_EQ(report.cpu.utilisation, 1.0);
}

TEST(RunMetrics, RenamingShowsInTheReport) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "before");
  script.rename(1, 2, "after");
  script.stop(1 * ms);
  EXPECT_EQ(metrics.thread(0).name, "after");
}

}  // namespace signalbox::run_metrics_test
