#include "tools/metrics/text_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/support/trace_script.hpp"
#include "tools/metrics/run_metrics.hpp"

namespace signalbox::text_report_test {

using ::testing::HasSubstr;

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

TEST(TextReport, SaysTheResultsOfAThreadFirst) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 2);
  script.start(0, 2, 2, "a");
  script.begin(1'000, 2, 0);
  script.exit(5'000, 2, 0, 4'000);
  script.stop(5'000);
  const std::string text = text_summary(metrics.report());
  EXPECT_EQ(text.find("threads     1 finished, makespan 5 us, throughput 200000/s, ended: finished\n"), 0u) << text;
  EXPECT_THAT(text, HasSubstr("cpu         2 CPUs, 40.0 % busy, user 40.0 %, kernel 0.0 %, switching 0.0 %\n"));
  EXPECT_THAT(text, HasSubstr("turnaround                  5 us        5 us        5 us        5 us        5 us\n"));
  EXPECT_THAT(text, HasSubstr("causes      preemptions 0, longest wait 1 us (a), longest run 4 us (a)\n"));
  EXPECT_THAT(thread_table(metrics, 10), HasSubstr("a                      2"));
}

TEST(TextReport, GroupsHaveARowEach) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.stop(1'000'000'000);
  EXPECT_EQ(text_summary(metrics.report()).find("group"), std::string::npos);
  metrics.set_groups({{.path = "/a",
                       .weight = 300,
                       .quota = 20_ms,
                       .period = 100_ms,
                       .cpu = 200_ms,
                       .periods = 10,
                       .throttled_periods = 9,
                       .throttled = 720_ms},
                      {.path = "/b", .weight = 100, .cpu = 800_ms}});
  const std::string text = text_summary(metrics.report());
  EXPECT_THAT(text, HasSubstr("/a                          300       20 ms    100 ms      200 ms    20.0      720 ms"
                              "        9/10\n"));
  EXPECT_THAT(text, HasSubstr("/b                          100           -         -      800 ms    80.0           -"
                              "           -\n"));
}

TEST(TextReport, NoLineIsWiderThanAHundredColumns) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  const std::int64_t day = 86'400'000'000'000;
  script.machine(0, 512);
  for (int tid = 99'000; tid < 99'030; ++tid) {
    script.start(0, tid, tid, std::string(300, 'n'));
    script.begin(day / 7, tid, 0);
    for (unsigned reason = 0; reason < switch_reason_count; ++reason) {
      script.end(day, tid, 0, static_cast<SwitchReason>(reason), 123'456'789);
      for (unsigned kind = 0; kind < wait_kind_count; ++kind) {
        script.blocked(day + kind * 1'234'567, tid, static_cast<WaitKind>(kind));
      }
      script.ready(day * 2, tid);
      script.begin(day * 2 + 1'234'567, tid, 0);
    }
    script.activation_ended(day, tid, 0, -1'234'567);
  }
  script.stop(day * 100, RunEnd::watchdog);
  metrics.set_groups({{.path = "/" + std::string(300, 'g'),
                       .weight = 10'000,
                       .quota = 10'000_s,
                       .period = 1_s,
                       .burst = 10'000_s,
                       .cpu = 51'200_s,
                       .periods = 999'999,
                       .throttled_periods = 99'999,
                       .throttled = 1'234'567_us}});
  EXPECT_LE(widest_line(text_summary(metrics.report())), 100u) << text_summary(metrics.report());
  EXPECT_LE(widest_line(thread_table(metrics, 20)), 100u);
  EXPECT_THAT(thread_table(metrics, 20), HasSubstr("... and 10 more\n"));
}

// All numbers are long, so that every list is broken.
RunReport report_with_memory() {
  constexpr std::uint64_t much = 123'456'789'012;
  RunReport report;
  report.memory = MemoryReport{.bytes = much,
                               .peak_bytes = much,
                               .minor_faults = much,
                               .major_faults = much,
                               .copies = much,
                               .accesses = 4 * much,
                               .tlb_l1_misses = 2 * much,
                               .tlb_misses = much,
                               .root_loads = much,
                               .root_flushes = much,
                               .lazy_entries = much,
                               .shootdowns = much,
                               .swapped_in = much,
                               .swapped_out = much,
                               .scanned = much,
                               .reclaimed = much,
                               .reclaimed_background = much,
                               .disk_busy = 1234_ms,
                               .time = 56_ms,
                               .malloc = {.heaps = much,
                                          .mallocs = much,
                                          .frees = much,
                                          .waits = much,
                                          .requested = much,
                                          .allocated = much,
                                          .active = much,
                                          .resident = much,
                                          .mapped = much,
                                          .peak_mapped = much}};
  return report;
}

TEST(TextReport, SaysWhatProgramsAskedOfMalloc) {
  RunReport report;
  report.memory = MemoryReport{};
  EXPECT_EQ(text_summary(report).find("malloc"), std::string::npos);
  report.memory->malloc = {.heaps = 2, .mallocs = 30, .frees = 20, .mmap = 4, .brk = 1, .requested = 1024};
  const std::string text = text_summary(report);
  EXPECT_NE(text.find("malloc      30 mallocs, 20 frees, 2 heaps, 0 B mapped at most, 5 system calls,"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  at end    1 KiB requested, 0 B allocated"), std::string::npos) << text;
}

TEST(TextReport, NoLineEndsInABlankOrIsTooWide) {
  const std::string text = text_summary(report_with_memory());
  EXPECT_THAT(text, ::testing::Not(HasSubstr(" \n")));
  EXPECT_LE(widest_line(text), 100U) << text;
}

TEST(TextReport, MemoryHasItsTimeAndItsTlbWhereThereAreSome) {
  RunReport report = report_with_memory();
  EXPECT_THAT(text_summary(report), HasSubstr(" 56 ms of CPU time\n"));
  EXPECT_THAT(text_summary(report), HasSubstr("123456789012 walks (25.000 %),"));
  report.memory->time = Duration();
  report.memory->tlb_l1_misses = report.memory->tlb_misses = 0;
  EXPECT_THAT(text_summary(report), ::testing::Not(HasSubstr("of CPU time")));
  EXPECT_THAT(text_summary(report), HasSubstr("walks not modelled (tier fast),"));
}

}  // namespace signalbox::text_report_test
