#include "tools/experiment/comparison_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/experiment/comparison_notes.hpp"
#include "tools/experiment/comparison_table.hpp"
#include "tools/experiment/ranking.hpp"
#include "tools/experiment/run_key.hpp"
#include "tools/experiment/verdict.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

std::vector<std::string> policy_names(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (std::size_t policy = 0; policy < plan.policies.size(); ++policy) names.push_back(plan.name_of(policy));
  return names;
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

std::string machine_text(const MachineConfig& machine) {
  const unsigned cpus = machine.topology.cpu_count();
  return fmt::format("{} ({} CPU{}, {})", machine.name, cpus, cpus == 1 ? "" : "s",
                     machine.tick > Duration() ? "decisions at ticks" : "exact decisions");
}

// What a table compares, one below the other: policies, values of an option, or scenarios.
struct Subject {
  std::string heading;
  TableRows rows;
  std::vector<std::string> spoken;  // as sentences name them
  std::string kind;
};

Subject policies_of(const ComparisonPlan& plan, const Setting& setting) {
  const std::string where = fmt::format("{} on {}", setting.scenario.name, machine_text(setting.machine));
  if (!plan.swept) {
    const std::vector<std::string> names = policy_names(plan);
    return {.heading = where,
            .rows = {.heading = "policy", .names = names, .mark = RowMark::rank},
            .spoken = names,
            .kind = "policy"};
  }
  std::vector<std::string> spoken;
  for (const std::string& value : plan.swept->values) spoken.push_back(plan.swept->option + "=" + value);
  return {.heading = fmt::format("{} by {}: {}", plan.swept->policy, plan.swept->option, where),
          .rows = {.heading = plan.swept->option, .names = plan.swept->values, .mark = RowMark::best},
          .spoken = std::move(spoken),
          .kind = "value"};
}

Subject scenarios_of(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (const Setting& setting : plan.settings) names.push_back(setting.scenario.name);
  return {.heading = fmt::format("{} on {}", plan.name_of(0), machine_text(plan.settings.front().machine)),
          .rows = {.heading = "scenario", .names = names, .mark = RowMark::rank},
          .spoken = names,
          .kind = "scenario"};
}

std::string text_of(const Subject& subject, std::uint64_t seeds, std::span<const ComparedRun> runs,
                    std::span<const Metric* const> metrics) {
  const TableRows& rows = subject.rows;
  std::vector<MetricRanking> rankings;
  std::string verdicts;
  bool has_unsupported = false;
  for (const Metric* metric : metrics) {
    MetricRanking ranking = rank(*metric, runs, rows.names.size());
    if (!ranking.best) continue;
    has_unsupported |= has_tilde(rows.mark, ranking);
    if (const std::string sentence = verdict(ranking, runs, subject.spoken); verdicts.empty() && !sentence.empty()) {
      verdicts = text_lines(sentence);
    }
    rankings.push_back(std::move(ranking));
  }
  const std::string heading = fmt::format("{}, {} seed{}", subject.heading, seeds, seeds == 1 ? "" : "s");
  std::string text = text_lines(heading) + '\n' + comparison_table(rows, rankings);
  if (!rankings.empty()) text += legend(rows.mark, has_unsupported);
  for (const std::string& note : comparison_notes(subject.spoken, runs)) text += text_lines(note);
  const auto missing = std::ranges::count(runs, false, &ComparedRun::is_done);
  if (missing > 0)
    text += fmt::format("{} of {} runs were not done; their {} have no values.\n", missing, runs.size(),
                        subject.kind == "policy" ? "policies" : subject.kind + "s");
  if (verdicts.empty() && missing == 0)
    verdicts = fmt::format("No {} differs from another in these metrics.\n", subject.kind);
  return verdicts.empty() ? text : text + '\n' + verdicts;
}

}  // namespace

std::string comparison_text(const ComparisonPlan& plan, std::size_t setting, std::span<const ComparedRun> runs,
                            std::span<const Metric* const> metrics) {
  return text_of(policies_of(plan, plan.settings[setting]), plan.seeds, runs_of(plan, setting, runs), metrics);
}

bool is_of_scenarios(const ComparisonPlan& plan) {
  const auto machine = [](const Setting& setting) { return machine_hash(setting.machine); };
  return plan.policies.size() == 1 && plan.settings.size() > 1 &&
         std::ranges::adjacent_find(plan.settings, std::ranges::not_equal_to(), machine) == plan.settings.end();
}

std::string scenarios_text(const ComparisonPlan& plan, std::span<const ComparedRun> runs,
                           std::span<const Metric* const> metrics) {
  return text_of(scenarios_of(plan), plan.seeds, runs, metrics);
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
  nlohmann::ordered_json head = {{"schema", 1},
                                 {"scenario", setting.scenario.name},
                                 {"policy", policy.row->name},
                                 {"options", options},
                                 {"machine", setting.machine.name},
                                 {"cpus", setting.machine.topology.cpu_count()},
                                 {"seed", seed},
                                 {"trace_hash", fmt::format("{:016x}", trace_hash)}};
  if (const auto& image = setting.image) {
    head["image"] = {{"hash", image->hash}, {"compiler", image->note.compiler}, {"flags", image->note.flags}};
  }
  return head;
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
