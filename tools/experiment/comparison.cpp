#include "tools/experiment/comparison.hpp"

#include <numeric>
#include <utility>

#include "tools/experiment/thread_crew.hpp"
#include "tools/metrics/json_report.hpp"
#include "tools/metrics/report_reader.hpp"

namespace signalbox {
namespace {

std::vector<ComparedRun> empty_grid(const ComparisonPlan& plan) {
  std::vector<ComparedRun> runs;
  for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
    for (std::size_t policy = 0; policy < plan.policies.size(); ++policy) {
      for (std::uint64_t seed = 0; seed < plan.seeds; ++seed) {
        ComparedRun& run = runs.emplace_back();
        run.setting = setting;
        run.policy = policy;
        run.seed = plan.first_seed + seed;
      }
    }
  }
  return runs;
}

std::optional<RunResult> make_run(const ComparisonPlan& plan, const ComparedRun& run, const Progress& progress) {
  const Setting& setting = plan.settings[run.setting];
  const RunRequest request{.scenario = setting.scenario,
                           .machine = setting.machine,
                           .policy = plan.policies[run.policy],
                           .seed = run.seed,
                           .until = plan.until};
  bool goes_on = true;
  const auto outcome = run_experiment(request, {}, [&](Instant now) { return goes_on = progress(now); });
  if (!goes_on) return std::nullopt;  // what it has measured is of another length than the others
  return RunResult{.trace_hash = outcome->trace_hash,
                   .report = report_text(outcome->metrics),
                   .threads = plan.keeps_threads ? threads_text(outcome->metrics) : std::string()};
}

// Results are read from their text whichever way they came, so that a report never depends on the way.
void take_in(ComparedRun& run, RunResult result) {
  run.report = report_from_text(result.report);
  run.trace_hash = result.trace_hash;
  run.threads = std::move(result.threads);
  run.is_done = true;
}

}  // namespace

std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonProgress& progress, Crew* crew) {
  std::vector<ComparedRun> runs = empty_grid(plan);
  std::size_t done = 0;
  std::vector<std::size_t> missing(runs.size());
  std::iota(missing.begin(), missing.end(), std::size_t{0});
  RunQueue queue(
      std::move(missing),
      [&](std::size_t run, RunResult result) {
        take_in(runs[run], std::move(result));
        ++done;
      },
      [&] { return !progress || progress(done, runs.size()); });
  ThreadCrew threads(plan.jobs);
  (crew == nullptr ? threads : *crew).empty(queue, [&](std::size_t run, const Progress& told) {
    return make_run(plan, runs[run], told);
  });
  return runs;
}

}  // namespace signalbox
