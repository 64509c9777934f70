#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "tools/experiment/comparison.hpp"
#include "tools/experiment/metric.hpp"

namespace signalbox {

// The comparison of one setting for people: a table with a row a policy and a column a metric, each cell the mean over
// the seeds, its 95 % margin where it has one, and its rank; then a sentence on who won and why. At most 100 columns.
// Metrics that no run has are left out.
std::string comparison_text(const ComparisonPlan& plan, std::size_t setting, std::span<const ComparedRun> runs,
                            std::span<const Metric* const> metrics);

// Whether it is scenarios that are compared: several, under one policy, on machines of one kind. Then one table says it
// all, with a row a scenario.
bool is_of_scenarios(const ComparisonPlan& plan);
// That table, and what stands below it. Requires a plan that is of scenarios.
std::string scenarios_text(const ComparisonPlan& plan, std::span<const ComparedRun> runs,
                           std::span<const Metric* const> metrics);

// The head of a run's JSON: what was run (cli.md).
nlohmann::ordered_json run_head(const Setting& setting, const PolicyChoice& policy, std::uint64_t seed,
                                std::uint64_t trace_hash);

// The "summary" of a comparison's JSON: a row for each setting, policy and metric.
nlohmann::ordered_json comparison_summary(const ComparisonPlan& plan, std::span<const ComparedRun> runs);

}  // namespace signalbox
