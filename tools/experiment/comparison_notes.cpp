#include "tools/experiment/comparison_notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/experiment/metric.hpp"

namespace signalbox {
namespace {

bool are_identical(std::span<const ComparedRun> runs) {
  return std::ranges::all_of(
      runs, [&](const ComparedRun& run) { return run.is_done && run.trace_hash == runs.front().trace_hash; });
}

std::string seeds_note(const std::vector<std::string>& policies, std::span<const ComparedRun> runs) {
  const std::size_t seeds = runs.size() / policies.size();
  if (seeds == 1) {
    return "One seed is one draw: it supports no comparison of what draws random numbers (--seeds 5 does).";
  }
  std::vector<std::string> identical;
  for (std::size_t policy = 0; policy < policies.size(); ++policy) {
    if (are_identical(runs.subspan(policy * seeds, seeds))) identical.push_back(policies[policy]);
  }
  if (identical.empty()) return {};
  if (identical.size() == policies.size()) {
    return "Every seed gave the same runs: nothing in them is random, and one seed says as much.";
  }
  return fmt::format("Every seed gave the same run under {}: nothing in it is random.", fmt::join(identical, ", "));
}

std::string starvation_note(const std::vector<std::string>& policies, std::span<const ComparedRun> runs) {
  const std::size_t seeds = runs.size() / policies.size();
  std::vector<std::string> starving;
  for (std::size_t policy = 0; policy < policies.size(); ++policy) {
    double threads = 0;
    for (const ComparedRun& run : runs.subspan(policy * seeds, seeds)) {
      if (run.is_done) threads += static_cast<double>(run.report.causes.starved) / static_cast<double>(seeds);
    }
    if (threads > 0)
      starving.push_back(fmt::format("{} {}", policies[policy], metric_text(MetricUnit::count, threads)));
  }
  if (starving.empty()) return {};
  return fmt::format("Threads starved (that waited for more than half the run in one stretch): {}.",
                     fmt::join(starving, ", "));
}

}  // namespace

std::vector<std::string> comparison_notes(const std::vector<std::string>& policies, std::span<const ComparedRun> runs) {
  std::vector<std::string> notes{seeds_note(policies, runs), starvation_note(policies, runs)};
  std::erase(notes, std::string());
  return notes;
}

}  // namespace signalbox
