#include "tools/experiment/comparison.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "tools/experiment/result_file.hpp"
#include "tools/experiment/thread_crew.hpp"
#include "tools/metrics/json_report.hpp"
#include "tools/metrics/report_reader.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

std::optional<RunResult> make_run(const ComparisonPlan& plan, const ComparedRun& run, const Progress& progress) {
  const Setting& setting = plan.settings[run.setting];
  std::optional<Scenario> drawn;
  if (setting.generator) drawn = generate(*setting.generator, run.seed);
  const RunRequest request{.scenario = drawn ? *drawn : setting.scenario,
                           .machine = setting.machine,
                           .policy = plan.policies[run.policy],
                           .seed = run.seed,
                           .until = plan.until,
                           .groups = setting.groups};
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

RunLabel label_of(const Setting& setting) {
  return {
      .scenario = setting.scenario.name, .machine = setting.machine.name, .cpus = setting.machine.topology.cpu_count()};
}

// Whether it took the stored result in.
bool take_in_stored(ComparedRun& run, RunResult result) {
  if (!result.threads.empty() && !nlohmann::json::accept(result.threads)) return false;
  try {
    take_in(run, std::move(result));
  } catch (const nlohmann::json::exception&) {
    return false;
  }
  run.was_stored = true;
  return true;
}

void look_up(const ComparisonPlan& plan, ResultFile& results, std::vector<ComparedRun>& runs) {
  for (ComparedRun& run : runs) {
    std::optional<RunResult> result = results.find(key_of(plan, run));
    if (!result || (plan.keeps_threads && result->threads.empty())) continue;
    if (take_in_stored(run, *std::move(result))) continue;
    throw InputError(
        {.file = results.path()},
        fmt::format("holds no readable result of {} under {}, seed {}", plan.settings[run.setting].scenario.name,
                    plan.policies[run.policy].spelled(), run.seed),
        "what `compare --results` wrote");
  }
}

}  // namespace

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

std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonMeans& means) {
  std::vector<ComparedRun> runs = empty_grid(plan);
  if (means.results != nullptr) look_up(plan, *means.results, runs);
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].is_done) missing.push_back(i);
  }
  std::size_t done = runs.size() - missing.size();
  RunQueue queue(
      std::move(missing),
      [&](std::size_t index, RunResult result) {
        ComparedRun& run = runs[index];
        if (means.results != nullptr) {
          means.results->append(key_of(plan, run), label_of(plan.settings[run.setting]), result);
        }
        take_in(run, std::move(result));
        ++done;
      },
      [&] { return !means.progress || means.progress(done, runs.size()); });
  ThreadCrew threads(plan.jobs);
  (means.crew == nullptr ? threads : *means.crew).empty(queue, [&](std::size_t run, const Progress& progress) {
    return make_run(plan, runs[run], progress);
  });
  return runs;
}

}  // namespace signalbox
