#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "ipc/all_calls.hpp"
#include "kernel/alloc/rivals/registry.hpp"
#include "kernel/mm/reclaim/registry.hpp"
#include "kernel/sched/balance/registry.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "tools/allocators/generators.hpp"
#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/command.hpp"
#include "tools/commands/json_file.hpp"
#include "tools/commands/rule_rows.hpp"
#include "tools/experiment/machine_file.hpp"
#include "tools/experiment/metric.hpp"
#include "tools/experiment/setting.hpp"
#include "tools/export/registry.hpp"
#include "tools/metrics/text_cell.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/input_error.hpp"
#include "workloads/native/registry.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* rules_kind = "rules";

std::string option_text(const OptionValue& value) {
  return std::visit(
      [](const auto& typed) -> std::string {
        using T = std::decay_t<decltype(typed)>;
        if constexpr (std::is_same_v<T, Duration>) {
          return argument_text(typed);
        } else if constexpr (std::is_same_v<T, OptionFile>) {
          return typed.path;
        } else {
          return fmt::format("{}", typed);
        }
      },
      value);
}

Json option_json(const PolicyOption& option) {
  // A time of 0 is spelled as the word for it, where it is allowed.
  const auto* time = std::get_if<Duration>(&option.fallback);
  const bool is_off = time != nullptr && *time == Duration() && !option.words.empty();
  const std::string fallback = is_off ? std::string(option.words.front()) : option_text(option.fallback);
  Json json{{"name", option.name}, {"default", fallback}};
  if (!option.words.empty()) json["words"] = option.words;
  if (std::holds_alternative<OptionFile>(option.fallback)) json["type"] = "file";
  if (std::holds_alternative<Duration>(option.fallback) || std::holds_alternative<std::int64_t>(option.fallback)) {
    json["least"] = option_text(option.least);
    json["most"] = option_text(option.most);
  }
  json["meaning"] = option.meaning;
  return json;
}

Json policies() {
  Json rows = Json::array();
  for (const PolicyRow* policy : all_policies()) {
    Json options = Json::array();
    for (const PolicyOption& option : policy->options) options.push_back(option_json(option));
    rows.push_back({{"name", policy->name},
                    {"summary", policy->summary},
                    {"source", policy->source},
                    {"work_conserving", policy->is_work_conserving},
                    {"respects_weight", policy->respects_weight},
                    {"cost", policy->cost == PickCost::linear ? "linear" : "sublinear"},
                    {"queue_per", policy->queues},
                    {"balance", policy->balance},
                    {"options", options}});
  }
  return rows;
}

Json balancers() {
  Json rows = Json::array();
  for (const BalancerRow* row : all_balancers()) {
    rows.push_back({{"name", row->name}, {"summary", row->summary}, {"source", row->source}});
  }
  return rows;
}

Json reclaimers() {
  Json rows = Json::array();
  for (const ReclaimerRow* row : all_reclaimers()) {
    const std::string_view input = row->input == ReclaimerInput::bits         ? "bits"
                                   : row->input == ReclaimerInput::references ? "references"
                                                                              : "future";
    rows.push_back({{"name", row->name}, {"summary", row->summary}, {"source", row->source}, {"input", input}});
  }
  return rows;
}

template <class Row>
Json generator_json(const Row& row) {
  Json options = Json::array();
  for (const PolicyOption& option : row.options) options.push_back(option_json(option));
  return {{"name", row.name}, {"summary", row.summary}, {"source", row.source}, {"options", options}};
}

Json generators() {
  Json rows = Json::array();
  for (const GeneratorRow* generator : all_generators()) rows.push_back(generator_json(*generator));
  return rows;
}

Json allocators() {
  Json rows = Json::array();
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    rows.push_back({{"name", row.name}, {"summary", row.summary}, {"source", row.source}});
  }
  return rows;
}

// Of `allocators compare`.
Json workloads() {
  Json rows = Json::array();
  for (const AllocationGenerator& generator : all_allocation_generators()) rows.push_back(generator_json(generator));
  return rows;
}

Json machines() {
  Json rows = Json::array();
  for (const std::string_view name : shipped_machine_names()) {
    const MachineProfile profile = load_machine(std::string(name));
    Json costs = Json::object();
    for (const CostField& field : cost_fields) {
      costs[std::string(field.name) + "_ns"] = (profile.config.costs.*field.value).nanoseconds();
    }
    rows.push_back({{"name", name},
                    {"summary", profile.description},
                    {"cpus", profile.config.topology.cpu_count()},
                    {"tick_ns", profile.config.tick.nanoseconds()},
                    {"costs", costs}});
  }
  return rows;
}

Json known_formats() {
  Json rows = Json::array();
  for (const Format& format : formats()) {
    const bool is_full = format.missing.empty();
    rows.push_back({{"name", format.name},
                    {"summary", is_full ? std::string(format.description)
                                        : fmt::format("{} (partial: without {})", format.description, format.missing)},
                    {"endings", format.endings},
                    {"support", is_full ? "full" : "partial"},
                    {"missing", format.missing}});
  }
  return rows;
}

Json known_exporters() {
  Json rows = Json::array();
  for (const Exporter& exporter : exporters()) {
    rows.push_back({{"name", exporter.name}, {"summary", exporter.description}, {"ending", exporter.ending}});
  }
  return rows;
}

Json programs() {
  Json rows = Json::array();
  for (const NativeProgram* program : native_programs()) {
    Json arguments = Json::array();
    for (const ProgramArgument& argument : program->arguments) {
      arguments.push_back({{"name", argument.name},
                           {"default", argument_text(argument.fallback)},
                           {"least", argument_text(argument.least)},
                           {"most", argument_text(argument.most)},
                           {"meaning", argument.meaning}});
    }
    rows.push_back({{"name", program->name}, {"summary", program->summary}, {"options", arguments}});
  }
  return rows;
}

Json scenarios() {
  Json rows = Json::array();
  for (const std::string_view name : shipped_scenario_names()) {
    const Scenario scenario = load_shipped_scenario(name);
    std::int64_t threads = 0;
    for (const Task& task : scenario.tasks) threads += task.instances;
    rows.push_back({{"name", name},
                    {"summary", fmt::format("{} tasks, {} threads at the start{}", scenario.tasks.size(), threads,
                                            scenario.duration ? fmt::format(", {} s", scenario.duration->seconds())
                                                              : std::string())},
                    {"format", scenario.format}});
  }
  return rows;
}

Json syscalls() {
  Json rows = Json::array();
  const SyscallTable table = all_calls();
  for (const SyscallRow* row : table.rows()) {
    const std::string support = row->support.is_full() ? "full" : fmt::format("partial: {}", row->support.missing);
    rows.push_back({{"name", row->name},
                    {"summary", support},
                    {"number", row->number},
                    {"arguments", row->argument_count},
                    {"support", row->support.is_full() ? "full" : "partial"},
                    {"missing", row->support.missing}});
  }
  return rows;
}

Json metrics() {
  Json rows = Json::array();
  for (const Metric& metric : all_metrics()) {
    rows.push_back({{"name", metric.name},
                    {"summary", metric.meaning},
                    {"better", metric.better == Better::less ? "less" : "more"}});
  }
  return rows;
}

const std::map<std::string, Json (*)()>& kinds() {
  static const std::map<std::string, Json (*)()> table{
      {"policies", policies},     {"generators", generators},     {"machines", machines}, {"balancers", balancers},
      {"formats", known_formats}, {"exporters", known_exporters}, {"programs", programs}, {"scenarios", scenarios},
      {"syscalls", syscalls},     {"reclaimers", reclaimers},     {"metrics", metrics},   {"allocators", allocators},
      {"workloads", workloads}};
  return table;
}

void print_option(const Json& option) {
  std::string range;
  if (option.contains("least")) range = option["least"].get<std::string>() + ".." + option["most"].get<std::string>();
  if (option.contains("words")) {
    for (const Json& word : option["words"]) range += (range.empty() ? "" : "|") + word.get<std::string>();
  }
  if (option.contains("type")) range = option["type"].get<std::string>();
  if (range.empty()) range = "true|false";
  const std::string line =
      fmt::format("    {}={} ({})  {}", option["name"].get<std::string>(), option["default"].get<std::string>(), range,
                  option["meaning"].get<std::string>());
  fmt::print("{}", text_lines(line, 8));
}

void print_rows(const Json& rows) {
  std::size_t width = 0;
  for (const Json& row : rows) width = std::max(width, row["name"].get<std::string>().size());
  for (const Json& row : rows) {
    const std::string ending = row.value("ending", "");
    const std::string line = fmt::format("{:<{}}  {}{}", row["name"].get<std::string>(), width,
                                         row["summary"].get<std::string>(), ending.empty() ? "" : " (" + ending + ")");
    fmt::print("{}", text_lines(line, width + 2));
    if (row.contains("source")) fmt::print("{}", text_lines("    source: " + row["source"].get<std::string>(), 8));
    if (row.value("cost", "") == "linear") fmt::print("    cost: a pick is linear in the number of ready threads\n");
    if (!row.contains("options")) continue;
    for (const Json& option : row["options"]) print_option(option);
    const std::string queue_per = row.value("queue_per", "machine");
    if (queue_per != "machine") {
      fmt::print("    queue_per={},balance={}  by itself\n", queue_per, row["balance"].get<std::string>());
    }
  }
}

// What all policies take besides their own.
void print_shared_options() {
  fmt::print("\nevery policy\n");
  for (const PolicyOption& option : shared_options()) {
    Json json = option_json(option);
    if (option.name == "balance") json["default"] = all_policies().front()->balance;
    print_option(json);
  }
}

struct ListOptions {
  std::string kind;
  RuleFilter rules;
};

Json rows_of(const ListOptions& options) {
  if (options.kind == rules_kind) return rule_rows(rules_like(options.rules));
  if (!options.rules.wants_all()) {
    throw InputError({.file = "--family, --state", .line = 1, .column = 1}, "they choose among rules",
                     "`signalbox list rules`");
  }
  return kinds().at(options.kind)();
}

void print_list(const ListOptions& options, const Json& rows) {
  if (options.kind == rules_kind) {
    fmt::print("{}", rule_table_text(rules_like(options.rules)));
    return;
  }
  print_rows(rows);
  if (options.kind == "policies") print_shared_options();
}

int list(const ListOptions& options, const GlobalOptions& global) {
  const Json rows = rows_of(options);
  if (!global.json.empty()) {
    ClaimedOutputs claimed({global.json}, {});
    JsonFile file(global.json);
    file.write(rows.dump(1) + "\n");
    file.close();
    claimed.keep();
  }
  if (global.prints_text()) print_list(options, rows);
  return status_done;
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<ListOptions>();
  std::vector<std::string> names{rules_kind};
  for (const auto& [name, rows] : kinds()) names.push_back(name);
  std::ranges::sort(names);
  command.add_option("KIND", options->kind, "what to list")->required()->check(CLI::IsMember(names));
  command.add_option("--family", options->rules.family, "of rules: only those of one mechanism, as PIPE");
  command.add_option("--state", options->rules.state, "of rules: only those in this state")
      ->check(CLI::IsMember({"holds", "not-yet", "differs"}));
  return [options, &global] { return list(*options, global); };
}

}  // namespace

extern const Command list_command{"list", "what there is, with options, ranges, defaults, sources and support",
                                  "signalbox list policies", add};

}  // namespace signalbox
