#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/cluster/cluster.hpp"
#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/compare_plan.hpp"
#include "tools/commands/host_terminal.hpp"
#include "tools/commands/json_file.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/experiment/class_notes.hpp"
#include "tools/experiment/comparison_report.hpp"
#include "tools/experiment/group_settings.hpp"
#include "tools/experiment/policy_files.hpp"
#include "tools/experiment/result_file.hpp"
#include "tools/metrics/json_report.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

void write_json(const std::string& path, const ComparisonPlan& plan, const std::vector<ComparedRun>& runs) {
  nlohmann::ordered_json document{{"schema", 1}, {"runs", nlohmann::ordered_json::array()}};
  for (const ComparedRun& run : runs) {
    if (!run.is_done) continue;
    document["runs"].push_back(
        run_json(run_head(plan.settings[run.setting], plan.policies[run.policy], run.seed, run.trace_hash), run.report,
                 nlohmann::ordered_json::parse(run.threads)));
  }
  document["summary"] = comparison_summary(plan, runs);
  JsonFile file(path);
  // Names come from scenarios and may be no valid UTF-8.
  file.write(document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  file.close();
}

// One line for each run that was not sound. Answers how many there are.
std::size_t print_failures(const ComparisonPlan& plan, const std::vector<ComparedRun>& runs) {
  std::size_t failures = 0;
  for (const ComparedRun& run : runs) {
    if (!run.is_done || is_sound(run.report.end)) continue;
    ++failures;
    fmt::print(stderr, "{} under {}, seed {}: {}; `signalbox run` says who waits for what\n",
               plan.settings[run.setting].scenario.name, plan.policies[run.policy].spelled(), run.seed,
               to_string(run.report.end));
  }
  return failures;
}

void print_text(const ComparisonPlan& plan, const std::vector<ComparedRun>& runs,
                std::span<const Metric* const> metrics) {
  if (is_of_scenarios(plan)) return fmt::print("{}", scenarios_text(plan, runs, metrics));
  for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
    fmt::print("{}{}", setting == 0 ? "" : "\n", comparison_text(plan, setting, runs, metrics));
  }
}

// What is read, checked and opened before the first run.
struct Preparation {
  std::vector<const Metric*> metrics;
  ComparisonPlan plan;
  std::unique_ptr<ResultFile> results;
  std::unique_ptr<ClaimedOutputs> claimed;
};

void check_memory(const ComparisonPlan& plan, const Cluster* cluster) {
  const std::uint64_t runs = plan.policies.size() * plan.seeds * plan.settings.size();
  const std::uint64_t at_once =
      cluster != nullptr ? cluster->processes_here() : std::min<std::uint64_t>(plan.jobs, runs);
  for (const Setting& setting : plan.settings) check_host_memory(setting.scenario, at_once);
}

Preparation prepare(const CompareOptions& options, const GlobalOptions& global, const Cluster* cluster) {
  if (cluster != nullptr && options.jobs) {
    throw InputError({.file = "--jobs"}, "each process that mpirun starts is one job", "mpirun -n N instead");
  }
  Preparation ready{.metrics = read_metrics(options.metrics),
                    .plan = make_plan(options, global),
                    .results = nullptr,
                    .claimed = nullptr};
  check_memory(ready.plan, cluster);
  if (cluster != nullptr && !cluster->leads()) return ready;
  if (!options.results.empty()) ResultFile::check(options.results);
  std::vector<std::string> inputs = options.scenarios;
  inputs.push_back(options.setting.machine);
  for (const PolicyChoice& policy : ready.plan.policies)
    std::ranges::copy(policy_files(policy), std::back_inserter(inputs));
  ready.claimed = std::make_unique<ClaimedOutputs>(std::vector{global.json}, inputs, std::vector{options.results});
  if (!options.results.empty()) ready.results = std::make_unique<ResultFile>(options.results);
  return ready;
}

// The same for one of several processes: all must have the same to do. None, if not; the leader says why.
std::optional<Preparation> prepare_together(const CompareOptions& options, const GlobalOptions& global,
                                            Cluster& cluster) {
  std::optional<Preparation> ready;
  std::string complaint;
  try {
    ready = prepare(options, global, &cluster);
  } catch (const InputError& error) {
    complaint = error.what();
  }
  const std::string refusal = cluster.agree(ready ? plan_hash(ready->plan) : std::string(), complaint);
  if (refusal.empty()) return ready;
  if (cluster.leads()) fmt::print(stderr, "{}\n", refusal);
  return std::nullopt;
}

// What a user of --results wants to know: what was not made again, and whether there is more to make.
void print_results_notes(ResultFile& results, const std::vector<ComparedRun>& runs) {
  std::vector<std::string> notes;
  const auto note = [&](const std::string& what) { notes.push_back(results.path() + ": " + what); };
  if (const auto stored = std::ranges::count(runs, true, &ComparedRun::was_stored); stored > 0) {
    note(fmt::format("{} of {} runs were there already", stored, runs.size()));
  }
  if (const std::uint64_t others = results.count_of_others(); others > 0) {
    note(fmt::format("{} of its runs are of other versions of signalbox and do not count", others));
  }
  if (const auto missing = std::ranges::count(runs, false, &ComparedRun::is_done); missing > 0) {
    note(fmt::format("{} of {} runs are missing; the same command makes them", missing, runs.size()));
  }
  print_notes(notes);
}

std::vector<ComparedRun> make_runs(const Preparation& ready, bool is_quiet, Crew* crew,
                                   const InterruptWatch& interrupt) {
  ProgressLine line(!is_quiet);
  return run_comparison(ready.plan, {.progress =
                                         [&](std::size_t done, std::size_t all) {
                                           line.show(fmt::format("{} of {} runs", done, all));
                                           return !interrupt.is_interrupted();
                                         },
                                     .results = ready.results.get(),
                                     .crew = crew});
}

int report(const Preparation& ready, const GlobalOptions& global, const std::vector<ComparedRun>& runs,
           const InterruptWatch& interrupt) {
  if (ready.results != nullptr && !global.is_quiet) print_results_notes(*ready.results, runs);
  if (global.prints_text()) print_text(ready.plan, runs, ready.metrics);
  if (!global.json.empty()) write_json(global.json, ready.plan, runs);
  ready.claimed->keep();
  if (interrupt.is_interrupted()) return status_interrupted;
  return print_failures(ready.plan, runs) == 0 ? status_done : status_failure_found;
}

int compare(const CompareOptions& options, const GlobalOptions& global) {
  const std::unique_ptr<Cluster> cluster = Cluster::join();
  std::optional<Preparation> ready =
      cluster == nullptr ? prepare(options, global, nullptr) : prepare_together(options, global, *cluster);
  if (!ready) return status_bad_input;
  const InterruptWatch interrupt;
  if (cluster != nullptr && !cluster->leads()) {
    make_runs(*ready, true, cluster.get(), interrupt);
    return status_done;
  }
  if (!global.is_quiet) {
    for (const Setting& setting : ready->plan.settings) {
      print_notes(setting.scenario.notes);
      print_notes(group_notes(setting, ready->plan.policies));
      print_notes(class_notes(setting, ready->plan.policies));
    }
  }
  const std::vector<ComparedRun> runs = make_runs(*ready, global.is_quiet, cluster.get(), interrupt);
  return report(*ready, global, runs, interrupt);
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<CompareOptions>();
  command
      .add_option("SCENARIO", options->scenarios,
                  "scenario files, shipped scenarios, or native programs or generators as name:key=value,...")
      ->required();
  command.add_option("--policies", options->policies,
                     "policies separated by commas, as name:key=value,..., or all (the default without --vary)");
  command
      .add_option("--vary", options->variations,
                  "values of options to compare, as policy:key=VALUES,...; VALUES: a..b (1-2-5 steps), a..b/N, x|y|z")
      ->allow_extra_args(false);
  command.add_option("--results", options->results,
                     "keep each run in this SQLite file, and make only those it does not have");
  add_setting_options(command, options->setting);
  command.add_option("--seeds", options->seeds, "how many seeds, from --seed on")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--metrics", options->metrics, "the table's columns (`list metrics`)")->capture_default_str();
  command.add_option("--until", options->until, "end each run then (default: as `run`)");
  command.add_option("--jobs", options->jobs, "simulations side by side (default: one for each of the host's CPUs)")
      ->check(CLI::Range(1, 1024));
  return [options, &global] { return compare(*options, global); };
}

}  // namespace

extern const Command compare_command{
    "compare", "policies side by side: a table, ranks the seeds support, and why the winner won",
    "signalbox compare video_call --policies eevdf,round_robin:quantum=2ms,fcfs --seeds 5", add};

}  // namespace signalbox
