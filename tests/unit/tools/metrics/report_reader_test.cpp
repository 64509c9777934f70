#include "tools/metrics/report_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/metrics/json_report.hpp"

namespace signalbox::report_reader_test {

using Json = nlohmann::ordered_json;

template <class T>
DistributionOf<T> samples_from(T first) {
  return {.count = 5,
          .mean = first,
          .p50 = first + 1,
          .p95 = first + 2,
          .p99 = first + 3,
          .max = first + 4,
          .exact = false};
}

std::vector<GroupReport> full_groups() {
  return {{.path = "/a",
           .weight = 71,
           .quota = 72_ms,
           .period = 73_ms,
           .burst = 74_ms,
           .cpu = 75_ms,
           .periods = 76,
           .throttled_periods = 77,
           .throttled = 78_ms,
           .bursts = 79,
           .burst_time = 80_ms},
          {.path = "/b"}};
}

Causes full_causes() {
  return {.longest_wait = 61_us,
          .longest_wait_thread = "waiter",
          .preemptions = 62,
          .longest_run = 63_us,
          .longest_run_thread = "runner",
          .starved = 64};
}

MemoryReport full_memory() {
  return {.bytes = 101,
          .swap_bytes = 102,
          .peak_bytes = 103,
          .minor_faults = 104,
          .major_faults = 105,
          .copies = 106,
          .accesses = 107,
          .tlb_l1_misses = 108,
          .tlb_misses = 109,
          .walk_accesses = 110,
          .root_loads = 111,
          .root_flushes = 112,
          .lazy_entries = 113,
          .shootdowns = 114,
          .swapped_in = 115,
          .swapped_out = 116,
          .file_pages_in = 117,
          .scanned = 118,
          .reclaimed = 119,
          .reclaimed_background = 120,
          .oom_kills = 121,
          .disk_busy = 122_us,
          .time = 123_us,
          .malloc = {.heaps = 201,
                     .mallocs = 202,
                     .frees = 203,
                     .waits = 204,
                     .mmap = 205,
                     .munmap = 206,
                     .mremap = 207,
                     .madvise = 208,
                     .brk = 209,
                     .requested = 210,
                     .allocated = 211,
                     .active = 212,
                     .resident = 213,
                     .mapped = 214,
                     .peak_mapped = 215}};
}

// Every number is another one, so that none is taken for its neighbour.
RunReport full_report() {
  RunReport report;
  report.end = RunEnd::deadlock;
  report.elapsed = 900_ms;
  report.threads = 9;
  report.finished = 7;
  report.unfinished = 2;
  report.makespan = 800_ms;
  report.throughput_per_s = 1.0 / 3;
  report.cpu = {.user = 1_us,
                .kernel = 2_us,
                .switching = 3_us,
                .other = 4_us,
                .idle = 5_us,
                .offline = 6_us,
                .utilisation = 0.1};
  report.turnaround = samples_from<std::int64_t>(100);
  report.waiting = samples_from<std::int64_t>(200);
  report.response = samples_from<std::int64_t>(300);
  report.wakeup_latency = samples_from<std::int64_t>(400);
  report.slowdown = samples_from<double>(1.1);
  report.switches = {.process = 11, .thread = 12, .voluntary = 13, .involuntary = 14};
  for (unsigned i = 0; i < switch_reason_count; ++i) report.switches.by_reason[i] = 20 + i;
  report.migrations = 31;
  report.broken_affinities = 32;
  report.fairness_jain = 0.7;
  for (unsigned i = 0; i < wait_kind_count; ++i) report.blocked_by[i] = Duration(40 + i);
  report.activations = 51;
  report.deadlines = 52;
  report.deadline_misses = 53;
  report.activation_latency = samples_from<std::int64_t>(500);
  report.tardiness = samples_from<std::int64_t>(600);
  report.causes = full_causes();
  report.groups = full_groups();
  report.memory = full_memory();
  return report;
}

TEST(ReportReader, ReadsBackThatFairnessWasNotMeasured) {
  RunReport report = full_report();
  report.fairness_jain.reset();
  const Json written = to_json(report);
  EXPECT_TRUE(written.at("fairness_jain").is_null());
  EXPECT_FALSE(report_from_text(written.dump()).fairness_jain.has_value());
}

TEST(ReportReader, ReadsBackEveryNumber) {
  const Json written = to_json(full_report());
  const RunReport read = report_from_text(written.dump());
  EXPECT_EQ(to_json(read), written);
  EXPECT_EQ(read.memory, full_memory());
  EXPECT_EQ(read.finished, 7U);
  EXPECT_EQ(read.throughput_per_s, 1.0 / 3) << "to the last bit";
  EXPECT_FALSE(read.waiting.exact);
}

TEST(ReportReader, ReadsWhatDidNotHappen) {
  const Json written = to_json(RunReport());
  EXPECT_EQ(written["turnaround_ns"]["mean"], nullptr);
  const RunReport read = report_from_text(written.dump());
  EXPECT_EQ(to_json(read), written);
  EXPECT_EQ(read.turnaround.count, 0U);
  EXPECT_TRUE(read.turnaround.exact);
}

TEST(ReportReader, ReadsEveryEnd) {
  for (const RunEnd end : {RunEnd::finished, RunEnd::until, RunEnd::deadlock, RunEnd::watchdog}) {
    RunReport report;
    report.end = end;
    EXPECT_EQ(report_from_text(to_json(report).dump()).end, end);
  }
}

TEST(ReportReader, RefusesWhatIsNoReport) {
  Json lacks = to_json(RunReport());
  lacks.erase("causes");
  EXPECT_THROW(report_from_text(lacks.dump()), Json::exception);
  Json other = to_json(RunReport());
  other["switches"]["thread"] = "many";
  EXPECT_THROW(report_from_text(other.dump()), Json::exception);
  EXPECT_THROW(report_from_text("{"), Json::exception);
}

}  // namespace signalbox::report_reader_test
