#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/commands/command.hpp"
#include "tools/experiment/comparison.hpp"
#include "tools/experiment/metric.hpp"
#include "tools/experiment/setting.hpp"

namespace signalbox {

// What a user says to `compare`.
struct CompareOptions {
  std::vector<std::string> scenarios;
  SettingRequest setting;
  std::optional<std::string> policies;  // none: all, or the varied ones alone
  std::vector<std::string> variations;
  std::string metrics =  // those that a run has: machines without memory have none of the second line
      "turnaround,waiting,response,wakeup_latency,deadline_miss_share,fairness,switches,"
      "memory_time,minor_faults,major_faults,tlb_l1_misses,tlb_misses,root_loads,root_flushes,shootdowns";
  std::string until;
  std::string results;
  std::uint64_t seeds = 1;
  std::optional<unsigned> jobs;  // none: the host's CPUs
};

// All throw InputError.
std::vector<const Metric*> read_metrics(const std::string& text);
ComparisonPlan make_plan(const CompareOptions& options, const GlobalOptions& global);

// A hash of what the plan determines: two hosts that have the same make the same runs.
std::string plan_hash(const ComparisonPlan& plan);

}  // namespace signalbox
