#include "tools/experiment/comparison_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/experiment/comparison_notes.hpp"
#include "tools/experiment/ranking.hpp"
#include "tools/experiment/verdict.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

constexpr std::size_t most_columns = 100;
constexpr std::size_t most_name_columns = 36;  // a longer name has a line of its own

std::vector<std::string> policy_names(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (const PolicyChoice& policy : plan.policies) names.push_back(policy.spelled());
  return names;
}

std::span<const ComparedRun> runs_of(const ComparisonPlan& plan, std::size_t setting,
                                     std::span<const ComparedRun> runs) {
  const std::size_t each = plan.policies.size() * plan.seeds;
  return runs.subspan(setting * each, each);
}

// A column of the table: a heading and a cell a policy, all of one width.
struct Column {
  std::string heading;
  std::vector<std::string> cells;
  std::size_t width = 0;
};

// "12.3 ms", with its margin where it has one: "12.3 ms +-4%".
std::string value_text(const Metric& metric, const Estimate& estimate) {
  std::string text = metric_text(metric.unit, estimate.mean);
  if (estimate.margin > 0 && estimate.mean != 0) {
    const double percent = 100 * estimate.margin / std::abs(estimate.mean);
    text += percent < 0.1  ? " ±<.1%"
            : percent < 10 ? fmt::format(" ±{:.1f}%", percent)
                           : fmt::format(" ±{:.0f}%", percent);
  }
  return text;
}

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t shown = display_width(text);
  return (shown < width ? std::string(width - shown, ' ') : std::string()) + text;
}

Column column_of(const MetricRanking& ranking) {
  Column column{.heading = std::string(ranking.metric->heading) + "   ", .cells = {}};
  for (const Standing& standing : ranking.standings) {
    if (!standing.value) {
      column.cells.emplace_back("-   ");
      continue;
    }
    const char mark = standing.is_unsupported ? '~' : ' ';
    column.cells.push_back(fmt::format("{} {}{}", value_text(*ranking.metric, *standing.value), standing.rank, mark));
    if (standing.rank < 10) column.cells.back().insert(column.cells.back().size() - 2, " ");
  }
  column.width = display_width(column.heading);
  for (const std::string& cell : column.cells) column.width = std::max(column.width, display_width(cell));
  return column;
}

// The columns in as many blocks as 100 columns of text ask for.
std::string table(const std::vector<std::string>& policies, const std::vector<Column>& columns) {
  std::size_t name_width = 6;
  for (const std::string& name : policies) {
    if (name.size() <= most_name_columns) name_width = std::max(name_width, name.size());
  }
  std::string text;
  for (std::size_t first = 0; first < columns.size();) {
    std::size_t last = first;
    std::size_t width = name_width;
    while (last < columns.size() && (last == first || width + 2 + columns[last].width <= most_columns)) {
      width += 2 + columns[last++].width;
    }
    text += fmt::format("{:<{}}", "policy", name_width);
    for (std::size_t i = first; i < last; ++i) text += "  " + padded_left(columns[i].heading, columns[i].width);
    text += '\n';
    for (std::size_t row = 0; row < policies.size(); ++row) {
      const bool is_long = policies[row].size() > most_name_columns;
      if (is_long) text += text_lines(policies[row]);
      text += fmt::format("{:<{}}", is_long ? "" : policies[row], name_width);
      for (std::size_t i = first; i < last; ++i) text += "  " + padded_left(columns[i].cells[row], columns[i].width);
      text += '\n';
    }
    text += '\n';
    first = last;
  }
  return text;
}

std::string heading(const ComparisonPlan& plan, const Setting& setting) {
  const unsigned cpus = setting.machine.topology.cpu_count();
  return fmt::format("{} on {} ({} CPU{}, {}), {} seed{}", setting.scenario.name, setting.machine.name, cpus,
                     cpus == 1 ? "" : "s", setting.machine.tick > Duration() ? "decisions at ticks" : "exact decisions",
                     plan.seeds, plan.seeds == 1 ? "" : "s");
}

}  // namespace

std::string comparison_text(const ComparisonPlan& plan, std::size_t setting, std::span<const ComparedRun> runs,
                            std::span<const Metric* const> metrics) {
  const std::span<const ComparedRun> own = runs_of(plan, setting, runs);
  const std::vector<std::string> policies = policy_names(plan);
  std::vector<Column> columns;
  std::string verdicts;
  bool has_unsupported = false;
  for (const Metric* metric : metrics) {
    const MetricRanking ranking = rank(*metric, own, plan.policies.size());
    if (!ranking.best) continue;
    columns.push_back(column_of(ranking));
    has_unsupported |= std::ranges::any_of(ranking.standings, &Standing::is_unsupported);
    if (const std::string sentence = verdict(ranking, own, policies); verdicts.empty() && !sentence.empty()) {
      verdicts = text_lines(sentence);
    }
  }
  std::string text = text_lines(heading(plan, plan.settings[setting])) + '\n' + table(policies, columns);
  if (!columns.empty()) text += "Behind each value its rank; ± is half the 95 % interval over the seeds.\n";
  if (has_unsupported) text += "~: ranked equal, because the seeds do not support the difference.\n";
  for (const std::string& note : comparison_notes(policies, own)) text += text_lines(note);
  const auto missing = std::ranges::count(own, false, &ComparedRun::is_done);
  if (missing > 0)
    text += fmt::format("{} of {} runs were not done; their policies have no values.\n", missing, own.size());
  if (verdicts.empty() && missing == 0) verdicts = "No policy differs from another in these metrics.\n";
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
