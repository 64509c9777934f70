#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/command.hpp"
#include "tools/commands/host_terminal.hpp"
#include "tools/commands/json_file.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/experiment/comparison_report.hpp"
#include "tools/experiment/metric.hpp"
#include "tools/metrics/json_report.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

struct CompareOptions {
  std::vector<std::string> scenarios;
  SettingRequest setting;
  std::string policies = "all";
  std::string metrics = "turnaround,waiting,response,wakeup_latency,deadline_misses,fairness,switches";
  std::string until;
  std::uint64_t seeds = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

std::vector<const Metric*> read_metrics(const std::string& text) {
  std::vector<std::string_view> known;
  for (const Metric& metric : all_metrics()) known.push_back(metric.name);
  std::vector<const Metric*> metrics;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const std::string name = text.substr(from, end - from);
    const Metric* metric = find_metric(name);
    if (metric == nullptr) {
      throw InputError(
          {.file = "--metrics", .line = 1, .column = static_cast<unsigned>(from + 1)},
          fmt::format("no metric '{}'", name),
          fmt::format("a name that `signalbox list metrics` shows (did you mean '{}'?)", nearest_word(name, known)));
    }
    metrics.push_back(metric);
    from = end + 1;
  }
  return metrics;
}

ComparisonPlan make_plan(const CompareOptions& options, const GlobalOptions& global) {
  ComparisonPlan plan;
  plan.policies = read_policies("--policies", options.policies);
  for (const std::string& scenario : options.scenarios) {
    SettingRequest request = options.setting;
    request.scenario = scenario;
    request.seed = global.seed;
    plan.settings.push_back(load_setting(request));
  }
  plan.first_seed = global.seed;
  plan.seeds = options.seeds;
  plan.jobs = options.jobs;
  plan.keeps_threads = !global.json.empty();
  if (!options.until.empty()) plan.until = read_time("--until", options.until);
  const std::uint64_t at_once = std::min<std::uint64_t>(plan.jobs, plan.policies.size() * plan.seeds);
  for (const Setting& setting : plan.settings) check_host_memory(setting.scenario, at_once);
  return plan;
}

void write_json(const std::string& path, const ComparisonPlan& plan, const std::vector<ComparedRun>& runs) {
  nlohmann::ordered_json document{{"schema", 1}, {"runs", nlohmann::ordered_json::array()}};
  for (const ComparedRun& run : runs) {
    if (!run.is_done) continue;
    document["runs"].push_back(
        run_json(run_head(plan.settings[run.setting], plan.policies[run.policy], run.seed, run.trace_hash),
                 run.outcome->metrics));
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
    if (!run.is_done || run.outcome == nullptr || run.outcome->is_sound()) continue;
    ++failures;
    fmt::print(stderr, "{} under {}, seed {}: {}; `signalbox run` says who waits for what\n",
               plan.settings[run.setting].scenario.name, plan.policies[run.policy].spelled(), run.seed,
               to_string(run.outcome->end));
  }
  return failures;
}

std::vector<std::string> inputs(const CompareOptions& options) {
  std::vector<std::string> paths = options.scenarios;
  paths.push_back(options.setting.machine);
  return paths;
}

void print_text(const ComparisonPlan& plan, const std::vector<ComparedRun>& runs,
                std::span<const Metric* const> metrics) {
  for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
    fmt::print("{}{}", setting == 0 ? "" : "\n", comparison_text(plan, setting, runs, metrics));
  }
}

int compare(const CompareOptions& options, const GlobalOptions& global) {
  const std::vector<const Metric*> metrics = read_metrics(options.metrics);
  const ComparisonPlan plan = make_plan(options, global);
  ClaimedOutputs claimed({global.json}, inputs(options));
  const InterruptWatch interrupt;
  if (!global.is_quiet) {
    for (const Setting& setting : plan.settings) print_notes(setting.scenario.notes);
  }
  std::vector<ComparedRun> runs;
  {
    ProgressLine line(!global.is_quiet);
    runs = run_comparison(plan, [&](std::size_t done, std::size_t all) {
      line.show(fmt::format("{} of {} runs", done, all));
      return !interrupt.is_interrupted();
    });
  }
  if (global.prints_text()) print_text(plan, runs, metrics);
  if (!global.json.empty()) write_json(global.json, plan, runs);
  claimed.keep();
  if (interrupt.is_interrupted()) return status_interrupted;
  return print_failures(plan, runs) == 0 ? status_done : status_failure_found;
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<CompareOptions>();
  command
      .add_option("SCENARIO", options->scenarios,
                  "scenario files, shipped scenarios, or native programs or generators as name:key=value,...")
      ->required();
  command.add_option("--policies", options->policies, "policies separated by commas, as name:key=value,..., or all")
      ->capture_default_str();
  add_setting_options(command, options->setting);
  command.add_option("--seeds", options->seeds, "how many seeds, from --seed on")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--metrics", options->metrics, "the table's columns (`list metrics`)")->capture_default_str();
  command.add_option("--until", options->until, "end each run then (default: as `run`)");
  command.add_option("--jobs", options->jobs, "simulations side by side")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  return [options, &global] { return compare(*options, global); };
}

}  // namespace

extern const Command compare_command{
    "compare", "policies side by side: a table, ranks the seeds support, and why the winner won",
    "signalbox compare video_call --policies eevdf,round_robin:quantum=2ms,fcfs --seeds 5", add};

}  // namespace signalbox
