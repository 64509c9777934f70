#include "tools/commands/compare_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/experiment/run_key.hpp"
#include "tools/experiment/variation.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr const char* vary_option = "--vary";
constexpr std::uint64_t most_runs = 1'000'000;  // about 1 KiB each

void add_policy(ComparisonPlan& plan, std::string name, PolicyChoice policy) {
  plan.names.push_back(std::move(name));
  plan.policies.push_back(std::move(policy));
}

// Nothing unless one option alone has several values.
std::optional<SweptOption> swept_by(const Variation& variation) {
  const auto varies = [](const VariedOption& option) { return option.values.size() > 1; };
  if (std::ranges::count_if(variation.options, varies) != 1) return std::nullopt;
  SweptOption swept{.policy = std::string(variation.row->name), .option = {}, .values = {}};
  char separator = ':';
  for (const VariedOption& option : variation.options) {
    if (varies(option)) {
      swept.option = option.name;
      swept.values = option.values;
    } else {
      swept.policy += fmt::format("{}{}={}", std::exchange(separator, ','), option.name, option.values.front());
    }
  }
  return swept;
}

void add_policies(ComparisonPlan& plan, const CompareOptions& options) {
  const std::vector<Variation> variations = read_variations(vary_option, options.variations);
  if (options.policies || variations.empty()) {
    for (PolicyChoice& policy : read_policies("--policies", options.policies.value_or("all"))) {
      std::string name = policy.spelled();
      add_policy(plan, std::move(name), std::move(policy));
    }
  }
  const bool is_sweep = plan.policies.empty() && variations.size() == 1;
  for (const Variation& variation : variations) {
    for (VariedPolicy& varied : combinations(variation)) {
      add_policy(plan, std::move(varied.name), std::move(varied.policy));
    }
  }
  if (is_sweep) plan.swept = swept_by(variations.front());
}

Setting load_one(const SettingRequest& request, const std::optional<Duration>& until) {
  Setting setting = load_setting(request);
  check_ends(setting.scenario, until);
  return setting;
}

// Of several scenarios, what is wrong with each is said before one of them has run: a line each.
std::vector<Setting> load_settings(const CompareOptions& options, std::uint64_t seed,
                                   const std::optional<Duration>& until) {
  std::vector<Setting> settings;
  std::optional<InputError> refused;
  SettingRequest request = options.setting;
  request.seed = seed;
  for (const std::string& scenario : options.scenarios) {
    request.scenario = scenario;
    try {
      settings.push_back(load_one(request, until));
    } catch (const InputError& error) {
      if (refused) fmt::print(stderr, "{}\n", refused->what());
      refused.emplace(error);
    }
  }
  if (!refused) return settings;
  if (options.scenarios.size() == 1) throw InputError(*refused);
  throw InputError(*refused, fmt::format("none of the {} scenarios was run", options.scenarios.size()));
}

}  // namespace

std::vector<const Metric*> read_metrics(const std::string& text) {
  std::vector<std::string_view> known;
  for (const Metric& metric : all_metrics()) known.push_back(metric.name);
  std::vector<const Metric*> metrics;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const std::string name = text.substr(from, end - from);
    const Metric* metric = find_metric(name);
    if (metric == nullptr) {
      const std::string_view meant = likely_word(name, known);
      throw InputError({.file = "--metrics", .line = 1, .column = static_cast<unsigned>(from + 1)},
                       fmt::format("no metric '{}'", name),
                       fmt::format("a name that `signalbox list metrics` shows{}",
                                   meant.empty() ? "" : fmt::format(" (did you mean '{}'?)", meant)));
    }
    metrics.push_back(metric);
    from = end + 1;
  }
  return metrics;
}

ComparisonPlan make_plan(const CompareOptions& options, const GlobalOptions& global) {
  ComparisonPlan plan;
  add_policies(plan, options);
  if (!options.until.empty()) plan.until = read_time("--until", options.until);
  plan.settings = load_settings(options, global.seed, plan.until);
  if (plan.settings.size() * plan.policies.size() * options.seeds > most_runs) {
    throw InputError({.file = "compare"}, "these are more than a million runs", "fewer values, policies or seeds");
  }
  plan.first_seed = global.seed;
  plan.seeds = options.seeds;
  plan.jobs = options.jobs.value_or(std::max(1U, std::thread::hardware_concurrency()));
  plan.keeps_threads = !global.json.empty();
  return plan;
}

std::string plan_hash(const ComparisonPlan& plan) {
  std::string text;
  for (const ComparedRun& run : empty_grid(plan)) {
    const RunKey key = key_of(plan, run);
    text +=
        fmt::format("{} {} {} {} {} {}\n", key.program, key.scenario, key.machine, key.policy, key.seed, key.until_ns);
  }
  return content_hash(text + (plan.keeps_threads ? "threads" : ""));
}

}  // namespace signalbox
