#include "tools/experiment/comparison_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/experiment/comparison_notes.hpp"
#include "tools/experiment/comparison_table.hpp"
#include "tools/experiment/ranking.hpp"
#include "tools/experiment/verdict.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

std::vector<std::string> policy_names(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (std::size_t policy = 0; policy < plan.policies.size(); ++policy) names.push_back(plan.name_of(policy));
  return names;
}

// As sentences name them.
std::vector<std::string> spoken_names(const ComparisonPlan& plan) {
  if (!plan.swept) return policy_names(plan);
  std::vector<std::string> names;
  for (const std::string& value : plan.swept->values) names.push_back(plan.swept->option + "=" + value);
  return names;
}

TableRows rows_of(const ComparisonPlan& plan) {
  if (!plan.swept) return {.heading = "policy", .names = policy_names(plan), .mark = RowMark::rank};
  return {.heading = plan.swept->option, .names = plan.swept->values, .mark = RowMark::best};
}

// What the marks behind the values mean.
std::string legend(RowMark mark, bool has_unsupported) {
  if (mark == RowMark::best) {
    return std::string("*: the best; ± is half the 95 % interval over the seeds.\n") +
           (has_unsupported ? "~: as good as the best, as far as these seeds can tell.\n" : "");
  }
  return std::string("Behind each value its rank; ± is half the 95 % interval over the seeds.\n") +
         (has_unsupported ? "~: ranked equal, because the seeds do not support the difference.\n" : "");
}

std::span<const ComparedRun> runs_of(const ComparisonPlan& plan, std::size_t setting,
                                     std::span<const ComparedRun> runs) {
  const std::size_t each = plan.policies.size() * plan.seeds;
  return runs.subspan(setting * each, each);
}

std::string heading(const ComparisonPlan& plan, const Setting& setting) {
  const unsigned cpus = setting.machine.topology.cpu_count();
  const std::string sweep =
      plan.swept ? fmt::format("{} by {}: ", plan.swept->policy, plan.swept->option) : std::string();
  return fmt::format("{}{} on {} ({} CPU{}, {}), {} seed{}", sweep, setting.scenario.name, setting.machine.name, cpus,
                     cpus == 1 ? "" : "s", setting.machine.tick > Duration() ? "decisions at ticks" : "exact decisions",
                     plan.seeds, plan.seeds == 1 ? "" : "s");
}

}  // namespace

std::string comparison_text(const ComparisonPlan& plan, std::size_t setting, std::span<const ComparedRun> runs,
                            std::span<const Metric* const> metrics) {
  const std::span<const ComparedRun> own = runs_of(plan, setting, runs);
  const std::vector<std::string> policies = spoken_names(plan);
  const TableRows rows = rows_of(plan);
  std::vector<MetricRanking> rankings;
  std::string verdicts;
  bool has_unsupported = false;
  for (const Metric* metric : metrics) {
    MetricRanking ranking = rank(*metric, own, plan.policies.size());
    if (!ranking.best) continue;
    has_unsupported |= has_tilde(rows.mark, ranking);
    if (const std::string sentence = verdict(ranking, own, policies); verdicts.empty() && !sentence.empty()) {
      verdicts = text_lines(sentence);
    }
    rankings.push_back(std::move(ranking));
  }
  std::string text = text_lines(heading(plan, plan.settings[setting])) + '\n' + comparison_table(rows, rankings);
  if (!rankings.empty()) text += legend(rows.mark, has_unsupported);
  for (const std::string& note : comparison_notes(policies, own)) text += text_lines(note);
  const auto missing = std::ranges::count(own, false, &ComparedRun::is_done);
  if (missing > 0)
    text += fmt::format("{} of {} runs were not done; their policies have no values.\n", missing, own.size());
  if (verdicts.empty() && missing == 0)
    verdicts = plan.swept ? "No value differs from another in these metrics.\n"
                          : "No policy differs from another in these metrics.\n";
  return verdicts.empty() ? text : text + '\n' + verdicts;
}

nlohmann::ordered_json run_head(const Setting& setting, const PolicyChoice& policy, std::uint64_t seed,
                                std::uint64_t trace_hash) {
  nlohmann::ordered_json options = nlohmann::ordered_json::object();
  for (const auto& [name, value] : policy.options.all()) {
    std::visit(
        [&](const auto& typed) {
          if constexpr (std::is_same_v<std::decay_t<decltype(typed)>, Duration>) {
            options[name + "_ns"] = typed.nanoseconds();
          } else if constexpr (std::is_same_v<std::decay_t<decltype(typed)>, OptionFile>) {
            options[name] = typed.path;
          } else {
            options[name] = typed;
          }
        },
        value);
  }
  return {{"schema", 1},
          {"scenario", setting.scenario.name},
          {"policy", policy.row->name},
          {"options", options},
          {"machine", setting.machine.name},
          {"cpus", setting.machine.topology.cpu_count()},
          {"seed", seed},
          {"trace_hash", fmt::format("{:016x}", trace_hash)}};
}

nlohmann::ordered_json comparison_summary(const ComparisonPlan& plan, std::span<const ComparedRun> runs) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const std::vector<std::string> policies = policy_names(plan);
  for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
    const std::span<const ComparedRun> own = runs_of(plan, setting, runs);
    for (const Metric& metric : all_metrics()) {
      const MetricRanking ranking = rank(metric, own, policies.size());
      for (std::size_t policy = 0; policy < policies.size(); ++policy) {
        const Standing& standing = ranking.standings[policy];
        if (!standing.value) continue;
        rows.push_back({{"scenario", plan.settings[setting].scenario.name},
                        {"policy", policies[policy]},
                        {"metric", metric.name},
                        {"mean", standing.value->mean},
                        {"margin_95", standing.value->margin},
                        {"seeds", standing.value->samples},
                        {"rank", standing.rank},
                        {"supported", !standing.is_unsupported}});
      }
    }
  }
  return rows;
}

}  // namespace signalbox
