#include "tools/experiment/metric.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signalbox::metric_test {

std::optional<double> value_of(std::string_view name, const RunReport& report) {
  return find_metric(name)->value(report);
}

TEST(Metric, IsFoundByItsOwnName) {
  std::set<std::string_view> names;
  for (const Metric& metric : all_metrics()) {
    EXPECT_EQ(find_metric(metric.name), &metric);
    EXPECT_FALSE(metric.meaning.empty()) << metric.name;
    names.insert(metric.name);
  }
  EXPECT_EQ(names.size(), all_metrics().size());
  EXPECT_EQ(find_metric("nosuch"), nullptr);
}

TEST(Metric, OfARunWithoutThreadsIsAbsentWhereItMeansNothing) {
  const RunReport nobody;
  for (const std::string_view name : {"turnaround", "waiting", "response", "wakeup_latency", "wakeup_p99",
                                      "deadline_misses", "deadline_miss_share", "throughput"}) {
    EXPECT_FALSE(value_of(name, nobody).has_value()) << name;
  }
  EXPECT_EQ(value_of("switches", nobody), 0);
}

TEST(Metric, ReadsTheReport) {
  RunReport report;
  report.finished = 1;
  report.throughput_per_s = 4;
  report.turnaround = {.count = 1, .mean = 20, .p99 = 30};
  report.wakeup_latency = {.count = 2, .mean = 5, .p99 = 9};
  report.deadlines = 3;
  report.deadline_misses = 2;
  report.makespan = 7_us;
  report.switches.voluntary = 10;
  report.switches.involuntary = 4;
  report.cpu.switching = 8_us;
  EXPECT_EQ(value_of("turnaround", report), 20);
  EXPECT_EQ(value_of("wakeup_latency", report), 5);
  EXPECT_EQ(value_of("wakeup_p99", report), 9);
  EXPECT_EQ(value_of("deadline_misses", report), 2);
  EXPECT_DOUBLE_EQ(*value_of("deadline_miss_share", report), 2.0 / 3);
  EXPECT_EQ(value_of("throughput", report), 4);
  EXPECT_EQ(value_of("makespan", report), 7'000);
  EXPECT_EQ(value_of("switches", report), 14);
  EXPECT_EQ(value_of("switch_time", report), 8'000);
}

TEST(Metric, OfMemoryIsThereWhereThereIsSome) {
  const auto names = {"minor_faults", "major_faults", "tlb_l1_misses", "tlb_misses",  "walk_accesses",
                      "root_loads",   "root_flushes", "shootdowns",    "memory_time", "swapped_pages"};
  RunReport report;
  for (const std::string_view name : names) EXPECT_FALSE(value_of(name, report).has_value()) << name;
  report.memory = MemoryReport{.minor_faults = 1,
                               .major_faults = 2,
                               .accesses = 100,
                               .tlb_l1_misses = 4,
                               .tlb_misses = 3,
                               .walk_accesses = 5,
                               .root_loads = 6,
                               .root_flushes = 7,
                               .shootdowns = 8,
                               .swapped_in = 4,
                               .swapped_out = 6,
                               .time = Duration(9)};
  double expected = 0;
  for (const std::string_view name : {"minor_faults", "major_faults", "tlb_misses", "tlb_l1_misses", "walk_accesses",
                                      "root_loads", "root_flushes", "shootdowns", "memory_time", "swapped_pages"}) {
    EXPECT_EQ(value_of(name, report), ++expected) << name;
  }
}

// One that is modelled misses at its first access.
TEST(Metric, TierFastHasNoTlbToCount) {
  RunReport report;
  report.memory = MemoryReport{.minor_faults = 1, .accesses = 100};
  EXPECT_FALSE(value_of("tlb_misses", report).has_value());
  EXPECT_FALSE(value_of("walk_accesses", report).has_value());
  EXPECT_EQ(value_of("minor_faults", report), 1);
}

TEST(MetricText, NamesTheUnitOnce) {
  EXPECT_EQ(metric_text(MetricUnit::nanoseconds, 0), "0 ns");
  EXPECT_EQ(metric_text(MetricUnit::nanoseconds, 12'345'678), "12.35 ms");
  EXPECT_EQ(metric_text(MetricUnit::nanoseconds, 12'345e9), "12345 s");
  EXPECT_EQ(metric_text(MetricUnit::per_second, 123'456.7), "123457");
  EXPECT_EQ(metric_text(MetricUnit::ratio, 0.87654), "87.7 %");
  EXPECT_EQ(metric_text(MetricUnit::count, 1'234), "1234");
  EXPECT_EQ(metric_text(MetricUnit::count, 12'500'000), "12.5M");
}

TEST(MetricText, AMeanOfSmallCountsIsNotRoundedToNone) {
  EXPECT_EQ(metric_text(MetricUnit::count, 0.4), "0.4");
  EXPECT_EQ(metric_text(MetricUnit::count, 3), "3");
  EXPECT_EQ(metric_text(MetricUnit::count, 1'234.5), "1234");
}

TEST(MetricText, TakesNineColumnsWhateverTheSize) {
  for (double value = 0.9996; value < 1e12; value *= 9.9973) {
    for (const MetricUnit unit : {MetricUnit::nanoseconds, MetricUnit::count}) {
      EXPECT_LE(metric_text(unit, value).size(), 9U) << value;
    }
  }
}

}  // namespace signalbox::metric_test
