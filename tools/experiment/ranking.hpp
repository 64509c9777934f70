#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tools/experiment/comparison.hpp"
#include "tools/experiment/metric.hpp"
#include "tools/experiment/statistics.hpp"

namespace signalbox {

// How one policy does in one metric, among the policies of a comparison.
struct Standing {
  std::optional<Estimate> value;  // none: no run had this number
  std::size_t rank = 0;           // 1 and how many policies are better; 0: no value
  bool is_unsupported = false;    // it shares its rank with another mean, because the seeds do not tell them apart
};

// One metric over the policies of a setting.
struct MetricRanking {
  const Metric* metric;
  std::vector<Standing> standings;   // by policy
  std::optional<std::size_t> best;   // of rank 1, the policy that is better than the most others; then by mean
  std::optional<std::size_t> worst;  // of those that `best` is better than, the one with the worst mean
};

// What a setting's runs say. A policy is better than another if its mean is, as it is printed, and the seeds support it
// (differs()). So one whose values scatter over all the others hides no difference between these. `runs` are those of
// one setting, by policy, then seed, as run_comparison gives them.
MetricRanking rank(const Metric& metric, std::span<const ComparedRun> runs, std::size_t policies);

}  // namespace signalbox
