#include "tools/experiment/comparison_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/hand_made_runs.hpp"
#include "tools/experiment/setting.hpp"

namespace signalbox::comparison_report_test {

using ::testing::HasSubstr;
using ::testing::Not;
using Metrics = std::vector<const Metric*>;

Metrics metrics_of(const std::vector<std::string_view>& names) {
  Metrics metrics;
  for (const std::string_view name : names) metrics.push_back(find_metric(name));
  return metrics;
}

Metrics every_metric() {
  Metrics metrics;
  for (const Metric& metric : all_metrics()) metrics.push_back(&metric);
  return metrics;
}

// In columns of a terminal.
std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::ranges::count_if(line, [](char byte) { return (byte & 0xc0) != 0x80; });
    widest = std::max(widest, static_cast<std::size_t>(columns));
  }
  return widest;
}

TEST(ComparisonReport, IsATableAndASentence) {
  const ComparisonPlan plan = plan_of({"fcfs", "round_robin:quantum=2ms"}, 1);
  const auto runs = hand_made_runs(2, 1, [](RunReport& report, std::size_t policy, std::size_t) {
    report.finished = 1;
    report.turnaround = {.count = 1, .mean = policy == 0 ? 50'000'000 : 12'345'678};
    report.switches.voluntary = policy == 0 ? 4 : 40;
    report.causes.longest_run = policy == 0 ? 240_ms : 2_ms;
    report.causes.longest_run_thread = "payroll";
  });
  EXPECT_EQ(comparison_text(plan, 0, runs, metrics_of({"turnaround", "deadline_misses", "switches"})),
            R"(desk on textbook (1 CPU, exact decisions), 1 seed

policy                   turnaround     switches   
fcfs                         50 ms  2         4  1 
round_robin:quantum=2ms   12.35 ms  1        40  2 

Behind each value its rank; ± is half the 95 % interval over the seeds.
One seed is one draw: it supports no comparison of what draws random numbers (--seeds 5 does).

round_robin:quantum=2ms is best in turnaround (12.35 ms; worst is fcfs, 50 ms): nobody held a CPU
  longer than 2 ms, while payroll held one for 240 ms under fcfs (convoy); it switched 40 times,
  fcfs 4.
)");
}

TEST(ComparisonReport, MarksWhatTheSeedsDoNotSupport) {
  const ComparisonPlan plan = plan_of({"cfs", "eevdf"}, 3);
  const auto runs = runs_of_makespans({{10, 14, 12}, {14, 12, 13}});
  const std::string text = comparison_text(plan, 0, runs, metrics_of({"makespan"}));
  EXPECT_THAT(text, HasSubstr("3 seeds\n"));
  EXPECT_THAT(text, HasSubstr("cfs     12 ms ±41%  1~\n"));
  EXPECT_THAT(text, HasSubstr("eevdf   13 ms ±19%  1~\n"));
  EXPECT_THAT(text, HasSubstr("~: ranked equal, because the seeds do not support the difference.\n"));
  EXPECT_THAT(text, HasSubstr("No policy differs from another in these metrics.\n"));
}

TEST(ComparisonReport, OfAnInterruptedComparisonSaysSo) {
  const ComparisonPlan plan = plan_of({"cfs", "eevdf"}, 1);
  auto runs = runs_of_makespans({{10}, {20}});
  runs[0].is_done = false;
  EXPECT_THAT(comparison_text(plan, 0, runs, metrics_of({"makespan"})),
              HasSubstr("1 of 2 runs were not done; their policies have no values.\n"));
  runs[1].is_done = false;
  const std::string text = comparison_text(plan, 0, runs, metrics_of({"makespan"}));
  EXPECT_THAT(text, HasSubstr("2 of 2 runs were not done"));
  EXPECT_THAT(text, Not(HasSubstr("No policy differs")));
}

TEST(ComparisonReport, IsAtMostAHundredColumnsWide) {
  ComparisonPlan plan = plan_of({}, 3);
  plan.settings[0] = load_setting({.scenario = "mixed_batch", .format = {}, .machine = "laptop", .cpus = 2});
  for (const PolicyRow* policy : all_policies()) plan.policies.push_back(policy_of(policy->name));
  plan.policies.push_back(policy_of("mlfq:queues=5,quantum=17ms,growth=3,boost=1234ms"));
  const std::vector<ComparedRun> runs = run_comparison(plan);
  const std::string text = comparison_text(plan, 0, runs, every_metric());
  EXPECT_LE(widest_line(text), 100U) << text;
  EXPECT_THAT(text, HasSubstr("finished/s")) << "every metric found its place";
}

TEST(ComparisonReport, ALongPolicyNameHasALineOfItsOwn) {
  const ComparisonPlan plan = plan_of({"fcfs", "mlfq:queues=5,quantum=17ms,growth=3,boost=1234ms"}, 1);
  const std::string text = comparison_text(plan, 0, runs_of_makespans({{10}, {20}}), metrics_of({"makespan"}));
  EXPECT_THAT(text, HasSubstr("fcfs      10 ms  1 \n" + plan.policies[1].spelled() + "\n          20 ms  2 \n"));
}

TEST(ComparisonReport, OfASweepHasARowAValueAndMarksTheBest) {
  ComparisonPlan plan = plan_of({"round_robin:quantum=1ms", "round_robin"}, 1);
  plan.names = {"round_robin:quantum=1ms", "round_robin:quantum=10ms"};
  plan.swept = {.policy = "round_robin", .option = "quantum", .values = {"1ms", "10ms"}};
  const auto runs = runs_of_makespans({{10}, {20}});
  EXPECT_EQ(comparison_text(plan, 0, runs, metrics_of({"makespan"})),
            R"(round_robin by quantum: desk on textbook (1 CPU, exact decisions), 1 seed

quantum  makespan  
1ms         10 ms *
10ms        20 ms  

*: the best; ± is half the 95 % interval over the seeds.
One seed is one draw: it supports no comparison of what draws random numbers (--seeds 5 does).

quantum=1ms is best in makespan (10 ms; worst is quantum=10ms, 20 ms); no counted cause sets them
  apart: the order of the queue alone does.
)");
  EXPECT_THAT(comparison_text(plan, 0, runs_of_makespans({{10}, {10}}), metrics_of({"makespan"})),
              HasSubstr("No value differs from another in these metrics.\n"));
  EXPECT_EQ(comparison_summary(plan, runs).back()["policy"], "round_robin:quantum=10ms");
}

TEST(ComparisonReport, ScenariosUnderOnePolicyAreOneTable) {
  ComparisonPlan plan = plan_of({"fcfs"}, 1);
  EXPECT_FALSE(is_of_scenarios(plan)) << "there is one only";
  plan.settings.push_back(plan.settings.front());
  plan.settings[1].scenario.name = "bench";
  ASSERT_TRUE(is_of_scenarios(plan));
  EXPECT_EQ(scenarios_text(plan, runs_of_makespans({{10}, {20}}), metrics_of({"makespan"})),
            R"(fcfs on textbook (1 CPU, exact decisions), 1 seed

scenario  makespan   
desk        10 ms  1 
bench       20 ms  2 

Behind each value its rank; ± is half the 95 % interval over the seeds.
One seed is one draw: it supports no comparison of what draws random numbers (--seeds 5 does).

desk is best in makespan (10 ms; worst is bench, 20 ms); no counted cause sets them apart: the order
  of the queue alone does.
)");
  EXPECT_THAT(scenarios_text(plan, runs_of_makespans({{10}, {10}}), metrics_of({"makespan"})),
              HasSubstr("No scenario differs from another in these metrics.\n"));
  plan.settings[1].machine.costs.syscall = 1_us;
  EXPECT_FALSE(is_of_scenarios(plan)) << "their machines differ";
  plan.settings[1].machine.costs.syscall = Duration();
  plan.policies.push_back(plan.policies.front());
  EXPECT_FALSE(is_of_scenarios(plan)) << "it is policies that are compared";
}

TEST(ComparisonReport, HeadSaysWhatWasRun) {
  Setting setting;
  setting.scenario.name = "desk";
  setting.machine.topology = Topology::uniform(2);
  EXPECT_EQ(run_head(setting, policy_of("round_robin:quantum=2ms"), 7, 0xab).dump(),
            R"({"schema":1,"scenario":"desk","policy":"round_robin","options":{"quantum_ns":2000000},)"
            R"("machine":"textbook","cpus":2,"seed":7,"trace_hash":"00000000000000ab"})");
}

TEST(ComparisonReport, SummaryHasARowForEachPolicyAndMetric) {
  const ComparisonPlan plan = plan_of({"cfs", "eevdf"}, 3);
  const auto summary = comparison_summary(plan, runs_of_makespans({{10, 14, 12}, {14, 12, 13}}));
  const auto row = std::ranges::find_if(
      summary, [](const auto& one) { return one["metric"] == "makespan" && one["policy"] == "eevdf"; });
  ASSERT_NE(row, summary.end());
  EXPECT_EQ((*row)["scenario"], "desk");
  EXPECT_DOUBLE_EQ((*row)["mean"].get<double>(), 13e6);
  EXPECT_NEAR((*row)["margin_95"].get<double>(), 4.303e6 / std::sqrt(3.0), 1);
  EXPECT_EQ((*row)["seeds"], 3);
  EXPECT_EQ((*row)["rank"], 1);
  EXPECT_EQ((*row)["supported"], false);
  for (const auto& one : summary) EXPECT_NE(one["metric"], "deadline_misses") << "no run had a deadline";
}

}  // namespace signalbox::comparison_report_test
