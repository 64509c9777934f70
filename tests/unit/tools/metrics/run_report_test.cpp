#include "tools/metrics/run_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/trace_script.hpp"
#include "tools/metrics/run_metrics.hpp"

namespace signalbox::run_report_test {

constexpr std::int64_t ms = 1'000'000;

// Round robin, quantum 4 ms, bursts 24, 3, 3 ms: Silberschatz, Galvin, Gagne, Operating System Concepts, 10th ed.,
// section 5.3.3: waiting 6, 4, 7, average 5.66 ms.
void textbook_round_robin(TraceScript& script) {
  script.machine(0, 1);
  for (int tid = 2; tid <= 4; ++tid) script.start(0, tid, tid, tid == 2 ? "P1" : tid == 3 ? "P2" : "P3");
  script.begin(0, 2, 0);
  script.end(4 * ms, 2, 0, SwitchReason::slice_expired, 4 * ms);
  script.begin(4 * ms, 3, 0);
  script.exit(7 * ms, 3, 0, 3 * ms);
  script.begin(7 * ms, 4, 0);
  script.exit(10 * ms, 4, 0, 3 * ms);
  for (std::int64_t at = 10 * ms; at < 30 * ms; at += 4 * ms) {
    script.begin(at, 2, 0, at == 10 * ms ? SwitchKind::process : SwitchKind::resumed);
    if (at < 26 * ms) script.end(at + 4 * ms, 2, 0, SwitchReason::slice_expired, 4 * ms);
  }
  script.exit(30 * ms, 2, 0, 4 * ms);
  script.stop(30 * ms);
}

TEST(RunReport, TextbookRoundRobin) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  textbook_round_robin(script);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.waiting.mean, 5'666'667);
  EXPECT_EQ(report.waiting.p50, 6 * ms);
  EXPECT_EQ(report.waiting.max, 7 * ms);
  EXPECT_EQ(report.turnaround.mean, 15'666'667);
  EXPECT_EQ(report.response.mean, 3'666'667);
  EXPECT_EQ(report.makespan, Duration(30 * ms));
  EXPECT_DOUBLE_EQ(report.throughput_per_s, 100.0);
  EXPECT_EQ(report.switches.process, 4u);
  EXPECT_EQ(report.switches.of(SwitchReason::slice_expired), 1u);
  EXPECT_EQ(report.switches.of(SwitchReason::exited), 3u);
  EXPECT_EQ(report.causes.preemptions, 1u);
  EXPECT_EQ(report.causes.longest_run, Duration(20 * ms));
  EXPECT_EQ(report.causes.longest_run_thread, "P1");
  EXPECT_EQ(report.causes.longest_wait, Duration(7 * ms));
  EXPECT_EQ(report.causes.longest_wait_thread, "P3");
  EXPECT_EQ(report.causes.starved, 0u);
  EXPECT_DOUBLE_EQ(report.slowdown.max, 10.0 / 3);
  // Owed: P1 7/3 + 3/2 + 20 of 24, P2 7/3 of 3, P3 7/3 + 3/2 of 3 ms.
  const double p1 = 24 / (7.0 / 3 + 1.5 + 20);
  const double p2 = 3 / (7.0 / 3);
  const double p3 = 3 / (7.0 / 3 + 1.5);
  const double sum = p1 + p2 + p3;
  EXPECT_DOUBLE_EQ(report.fairness_jain.value(), sum * sum / (3 * (p1 * p1 + p2 * p2 + p3 * p3)));
}

TEST(RunReport, CpuTimesAddUpToCpusTimesElapsed) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(100, 2);
  script.start(100, 1, 1, "init");
  script.begin(100, 1, 0, SwitchKind::process, 5);
  script.start(110, 2, 2, "a", 1, 1);
  script.begin(110, 2, 1, SwitchKind::process, 20);
  script.wait(125, 1, 0, WaitKind::child, 0, 20);
  script.end(200, 2, 1, SwitchReason::interrupted, 50, 10);  // 10 ns went to the interrupt
  script.migrate(200, 2, 0, 1);
  script.begin(210, 2, 0, SwitchKind::thread, 3);
  script.exit(243, 2, 0, 30);
  script.stop(300);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.cpu.user, Duration(80));
  EXPECT_EQ(report.cpu.kernel, Duration(30));
  EXPECT_EQ(report.cpu.switching, Duration(28));
  EXPECT_EQ(report.cpu.other, Duration(10));
  EXPECT_EQ(report.cpu.idle, Duration(2 * 200 - 25 - 90 - 33));
  EXPECT_DOUBLE_EQ(report.cpu.utilisation, 148.0 / 400);
  EXPECT_EQ(report.elapsed, Duration(200));
  EXPECT_EQ(report.threads, 1u) << "init is no part of the workload";
  EXPECT_EQ(report.makespan, Duration(133));
  EXPECT_EQ(report.migrations, 1u);
  EXPECT_EQ(report.switches.process, 2u);
  EXPECT_EQ(report.switches.thread, 1u);
}

// CPU 1 goes at 50, its thread leaves at 60; CPU 0 goes at 100 and comes back at 150 as it idles.
TEST(RunReport, OfflineCpusAreNeitherBusyNorIdle) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 2);
  script.start(0, 2, 2, "a");
  script.begin(0, 2, 1);
  script.emit(50, 0, 1, TraceKind::cpu_offline);
  script.end(60, 2, 1, SwitchReason::preempted, 60);
  script.emit(60, 2, 0, TraceKind::affinity_broken);
  script.begin(60, 2, 0);
  script.wait(90, 2, 0, WaitKind::time, 30);
  script.emit(100, 0, 1, TraceKind::cpu_online);
  script.emit(100, 0, 0, TraceKind::cpu_offline);
  script.emit(150, 0, 0, TraceKind::cpu_online);
  script.emit(180, 0, 0, TraceKind::cpu_offline);
  script.stop(200);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.cpu.offline, Duration(40 + 50 + 20));
  EXPECT_EQ(report.cpu.user, Duration(90));
  EXPECT_EQ(report.cpu.idle, Duration(400 - 110 - 90));
  EXPECT_DOUBLE_EQ(report.cpu.utilisation, 90.0 / 290);
  EXPECT_EQ(report.broken_affinities, 1U);
}

TEST(RunReport, ASwitchCutShortCostsNoMoreThanItsStretch) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "a");
  script.begin(0, 2, 0, SwitchKind::process, 50);
  script.end(20, 2, 0, SwitchReason::preempted);
  script.stop(20, RunEnd::until);
  EXPECT_EQ(metrics.report().cpu.switching, Duration(20));
  EXPECT_EQ(metrics.report().cpu.other, Duration(0));
}

TEST(RunReport, UnfinishedThreadsHaveNoTurnaroundAndStayOutOfItsMean) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(10, 2, 2, "runs");
  script.start(10, 3, 3, "starves");
  script.start(10, 4, 4, "ends");
  script.begin(10, 4, 0);
  script.exit(20, 4, 0, 10);
  script.begin(20, 2, 0);
  script.end(110, 2, 0, SwitchReason::stopped, 90);
  script.stop(110, RunEnd::until);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.end, RunEnd::until);
  EXPECT_EQ(report.finished, 1u);
  EXPECT_EQ(report.unfinished, 2u);
  EXPECT_EQ(report.turnaround.count, 1u);
  EXPECT_EQ(report.turnaround.mean, 10);
  EXPECT_EQ(report.response.count, 3u) << "who never ran waits until the end at least";
  EXPECT_EQ(report.response.max, 100);
  EXPECT_EQ(report.waiting.count, 3u);
  EXPECT_EQ(report.waiting.max, 100);
  EXPECT_EQ(report.makespan, Duration(100));
  EXPECT_EQ(report.causes.starved, 1u);
  EXPECT_EQ(report.causes.longest_wait_thread, "starves");
  EXPECT_FALSE(metrics.thread(1).first_run.has_value());
  EXPECT_FALSE(metrics.thread(1).turnaround.has_value());
  EXPECT_EQ(report.switches.voluntary, 1u);
  EXPECT_EQ(report.switches.involuntary, 0u);
}

TEST(RunReport, WeightsThatAreRespectedAreFair) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.start(0, 2, 2, "heavy");
  script.start(0, 3, 3, "light");
  script.attributes(0, 2, 0, 3'072, 20);
  script.begin(0, 2, 0);
  script.end(75, 2, 0, SwitchReason::slice_expired, 75);
  script.begin(75, 3, 0);
  script.end(100, 3, 0, SwitchReason::stopped, 25);
  script.stop(100, RunEnd::until);
  EXPECT_DOUBLE_EQ(metrics.report().fairness_jain.value(), 1.0);
  EXPECT_DOUBLE_EQ(metrics.thread(0).fair_share.value(), 1.0);
  EXPECT_DOUBLE_EQ(metrics.thread(1).fair_share.value(), 1.0);
}

TEST(RunReport, FirstComeFirstServedIsLessFairThanSharing) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  for (int tid = 2; tid <= 4; ++tid) script.start(0, tid, tid, "job");
  for (int tid = 2; tid <= 4; ++tid) {
    script.begin((tid - 2) * 60, tid, 0);
    script.exit((tid - 1) * 60, tid, 0, 60);
  }
  script.stop(180);
  // Owed 60/3; 60/3 + 60/2; 60/3 + 60/2 + 60: shares 3, 1.2, 0.5454.
  const double sum = 3 + 1.2 + 60.0 / 110;
  const double squares = 9 + 1.44 + (60.0 / 110) * (60.0 / 110);
  EXPECT_DOUBLE_EQ(metrics.report().fairness_jain.value(), sum * sum / (3 * squares));
}

TEST(RunReport, ARunOfNothingIsEmpty) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.stop(0);
  const RunReport report = metrics.report();
  EXPECT_EQ(report.threads, 0u);
  EXPECT_EQ(report.turnaround.count, 0u);
  EXPECT_EQ(report.makespan, Duration(0));
  EXPECT_DOUBLE_EQ(report.fairness_jain.value(), 1.0);
  EXPECT_DOUBLE_EQ(report.cpu.utilisation, 0.0);
}

// Shares of groups are not those of weights; a group that nobody is in takes none.
TEST(RunReport, FairnessIsNotMeasuredWhereThreadsAreInGroups) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  textbook_round_robin(script);
  EXPECT_TRUE(metrics.report().fairness_jain.has_value());
  metrics.set_groups({{.path = "/a"}});
  EXPECT_TRUE(metrics.report().fairness_jain.has_value());
  EXPECT_TRUE(metrics.thread(0).fair_share.has_value());
  metrics.omit_fairness();
  EXPECT_FALSE(metrics.report().fairness_jain.has_value());
  EXPECT_FALSE(metrics.thread(0).fair_share.has_value());
}

}  // namespace signalbox::run_report_test
