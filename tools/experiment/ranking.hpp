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
  std::size_t rank = 0;           // 1 is best; policies that the seeds do not tell apart share a rank
  bool is_unsupported = false;    // its mean differs from that of the best of its rank, but the seeds do not support it
};

// One metric over the policies of a setting.
struct MetricRanking {
  const Metric* metric;
  std::vector<Standing> standings;   // by policy
  std::optional<std::size_t> best;   // the policy with the best mean
  std::optional<std::size_t> worst;  // the one with the worst
};

// What a setting's runs say. `runs` are those of one setting, by policy, then seed, as run_comparison gives them.
MetricRanking rank(const Metric& metric, std::span<const ComparedRun> runs, std::size_t policies);

}  // namespace signalbox
