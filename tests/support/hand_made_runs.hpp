#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "tests/support/machine_fixture.hpp"
#include "tools/experiment/comparison.hpp"

namespace signalbox {

// The runs of one setting as run_comparison orders them, each report filled in by hand.
inline std::vector<ComparedRun> hand_made_runs(
    std::size_t policies, std::size_t seeds,
    const std::function<void(RunReport& report, std::size_t policy, std::size_t seed)>& fill) {
  std::vector<ComparedRun> runs;
  for (std::size_t policy = 0; policy < policies; ++policy) {
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      ComparedRun& run = runs.emplace_back();
      run.policy = policy;
      run.seed = seed + 1;
      run.is_done = true;
      fill(run.report, policy, seed);
    }
  }
  return runs;
}

// Runs that differ in their makespans only: a list of milliseconds by policy, one a seed.
inline std::vector<ComparedRun> runs_of_makespans(const std::vector<std::vector<std::int64_t>>& milliseconds) {
  return hand_made_runs(milliseconds.size(), milliseconds.front().size(),
                        [&](RunReport& report, std::size_t policy, std::size_t seed) {
                          report.makespan = 1_ms * milliseconds[policy][seed];
                        });
}

inline ComparisonPlan plan_of(const std::vector<std::string_view>& policies, std::uint64_t seeds) {
  ComparisonPlan plan;
  Setting& setting = plan.settings.emplace_back();
  setting.scenario.name = "desk";
  for (const std::string_view policy : policies) plan.policies.push_back(policy_of(policy));
  plan.seeds = seeds;
  return plan;
}

}  // namespace signalbox
