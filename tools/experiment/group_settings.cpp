#include "tools/experiment/group_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/policy_text.hpp"
#include "tools/experiment/cpu_list.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr const char* option_name = "--cgroup";
constexpr const char* path_wanted = "a path such as /a or /a/b";
constexpr Duration longest_quota = 10'000_s;

const std::vector<PolicyOption>& group_options() {
  static const std::vector options{
      number_option("weight", 100, 1, 10'000, "cpu.weight: its share among its siblings"),
      time_or_off_option("quota", Duration(), 1_ms, longest_quota, "cpu.max: CPU time in each period"),
      time_option("period", 100_ms, 1_ms, 1_s, "cpu.max: how often the quota is renewed"),
      file_option("cpus", nullptr, "cpuset.cpus: CPUs as Linux lists them, with + for its comma"),
      time_or_off_option("burst", Duration(), 1_us, longest_quota, "cpu.max.burst: unused quota that may be kept")};
  return options;
}

[[noreturn]] void refuse(std::size_t offset, const std::string& what, const std::string& wanted) {
  throw InputError({.file = option_name, .line = 1, .column = static_cast<unsigned>(offset + 1)}, what, wanted);
}

// Where an option begins; a path may hold its name too.
std::size_t place_of(const std::string& text, std::string_view option) { return text.find(option, text.find(':')); }

CpuMask cpus_of(const std::string& text, const std::string& list, unsigned cpus) {
  if (list.empty()) return {};
  try {
    return read_cpu_list(list, '+', cpus);
  } catch (const CpuListError& error) {
    refuse(place_of(text, "cpus=") + std::string_view("cpus=").size() + error.at, error.what, error.expected);
  }
}

TaskGroupSpec spec_of(const std::string& path, const OptionValues& values) {
  return {.path = path,
          .weight = static_cast<std::uint32_t>(values.get<std::int64_t>("weight")),
          .quota = values.get<Duration>("quota"),
          .period = values.get<Duration>("period"),
          .burst = values.get<Duration>("burst")};
}

TaskGroupSpec read_task_group(const std::string& text, unsigned cpus) {
  const std::string path = text.substr(0, text.find(':'));
  if (!is_group_path(path) || path == "/" || has_control_character(path)) {
    refuse(0, in_quotes(path) + " names no group", path_wanted);
  }
  if (const std::size_t empty = place_of(text + ',', "cpus=,"); empty < text.size()) {
    refuse(empty, "no CPU is named", cpu_list_wanted('+', cpus));
  }
  const std::array owners{OptionOwner{.name = path, .options = group_options()}};
  auto read = OptionTextReader(text, "group", owners).read();
  if (const auto* error = std::get_if<PolicyTextError>(&read)) refuse(error->column, error->what, error->expected);
  TaskGroupSpec group = spec_of(path, std::get<OwnerChoice>(read).options);
  group.cpus = cpus_of(text, std::get<OwnerChoice>(read).options.get<OptionFile>("cpus").path, cpus);
  if (group.burst > group.quota) refuse(place_of(text, "burst="), "a burst beyond the quota", "at most the quota");
  return group;
}

std::set<std::string> groups_named(const Scenario& scenario) {
  std::set<std::string> named;
  const auto look = [&named](const SchedRequest& request) {
    if (request.group && *request.group != "/") named.insert(*request.group);
  };
  for (const Task& task : scenario.tasks) {
    look(task.sched);
    for (const Phase& phase : task.phases) look(phase.sched);
  }
  return named;
}

// Whether threads of `named` are in the group or below it.
bool has_threads(const TaskGroupSpec& group, const std::set<std::string>& named) {
  return std::ranges::any_of(
      named, [&](const std::string& path) { return path == group.path || path.starts_with(group.path + '/'); });
}

}  // namespace

std::vector<TaskGroupSpec> read_task_groups(std::span<const std::string> texts, unsigned cpus) {
  std::vector<TaskGroupSpec> groups;
  for (const std::string& text : texts) {
    TaskGroupSpec group = read_task_group(text, cpus);
    if (std::ranges::find(groups, group.path, &TaskGroupSpec::path) != groups.end()) {
      refuse(0, fmt::format("the group {} is given twice", group.path), "each group once");
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string spelled(const TaskGroupSpec& group) {
  const OptionValues values({{"weight", std::int64_t{group.weight}},
                             {"quota", group.quota},
                             {"period", group.period},
                             {"cpus", OptionFile{cpu_list_text(group.cpus, '+'), {}}},
                             {"burst", group.burst}});
  return spelled_options(group.path, group_options(), values);
}

std::vector<TaskGroupSpec> groups_with(std::span<const TaskGroupSpec> given, const Scenario& scenario) {
  std::vector<TaskGroupSpec> groups(given.begin(), given.end());
  for (const std::string& path : groups_named(scenario)) {
    if (std::ranges::find(given, path, &TaskGroupSpec::path) == given.end()) groups.push_back({.path = path});
  }
  return groups;
}

void check_group_count(std::span<const TaskGroupSpec> given, const Scenario& scenario) {
  const TaskGroups groups(groups_with(given, scenario));
  if (groups.size() - 1 <= most_task_groups) return;
  throw InputError({.file = scenario.name}, fmt::format("{} task groups", groups.size() - 1),
                   fmt::format("at most {}", most_task_groups));
}

bool has_grouped_tasks(const Scenario& scenario) { return !groups_named(scenario).empty(); }

std::vector<GroupReport> group_reports(const TaskGroups& groups, const PolicyChoice& policy, unsigned cpus) {
  std::vector<GroupReport> reports;
  if (!policy.heeds_groups(cpus)) return reports;
  for (const TaskGroup& group : groups.all()) {
    if (group.id == TaskGroupId()) continue;
    const QuotaUsage& usage = group.quota.usage();
    reports.push_back({.path = group.spec.path,
                       .weight = group.spec.weight,
                       .quota = group.spec.quota,
                       .period = group.spec.period,
                       .burst = group.spec.burst,
                       .cpu = group.cpu_time,
                       .periods = usage.periods,
                       .throttled_periods = usage.throttled_periods,
                       .throttled = usage.throttled_time,
                       .bursts = usage.bursts,
                       .burst_time = usage.burst_time});
  }
  return reports;
}

std::vector<std::string> group_notes(const Setting& setting, std::span<const PolicyChoice> policies) {
  const std::set<std::string> named = groups_named(setting.scenario);
  std::vector<std::string> notes;
  for (const TaskGroupSpec& group : setting.groups) {
    if (!has_threads(group, named))
      notes.push_back(fmt::format("{} {}: no task is in this group", option_name, group.path));
  }
  if (named.empty() && setting.groups.empty()) return notes;
  // CPUs are every policy's affair.
  const auto has_cpus_alone = [](const TaskGroupSpec& group) {
    return group == TaskGroupSpec{.path = group.path, .cpus = group.cpus} && !group.cpus.none();
  };
  if (!setting.groups.empty() && std::ranges::all_of(setting.groups, has_cpus_alone)) return notes;
  std::vector<std::string> never;
  std::vector<std::string> not_here;
  for (const PolicyChoice& policy : policies) {
    if (policy.heeds_groups(setting.machine.topology.cpu_count())) continue;
    (policy.row->heeds_groups ? not_here : never).push_back(policy.spelled());
  }
  if (!never.empty()) {
    notes.push_back(fmt::format("no task groups are heeded by {}; eevdf, cfs and linux do", fmt::join(never, ", ")));
  }
  if (!not_here.empty()) {
    notes.push_back(fmt::format("no task groups are heeded where CPUs share a queue, as with {}; queue_per=cpu does",
                                fmt::join(not_here, ", ")));
  }
  return notes;
}

}  // namespace signalbox
