#include "tools/commands/read_options.hpp"

#include "kernel/base/time_text.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "tools/experiment/policy_files.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

PolicyChoice read_policy_at(const std::string& option, const std::string& text, std::size_t offset) {
  auto parsed = parse_policy(text);
  if (const auto* error = std::get_if<PolicyTextError>(&parsed)) {
    const auto column = static_cast<unsigned>(offset + error->column + 1);
    throw InputError({.file = option, .line = 1, .column = column}, error->what, error->expected);
  }
  auto policy = std::get<PolicyChoice>(std::move(parsed));
  read_policy_files(policy);
  return policy;
}

// Where the policy that begins at `from` ends: at a comma that no `key=value` of its own follows.
std::size_t end_of_policy(const std::string& text, std::size_t from) {
  std::size_t comma = text.find(',', from);
  while (comma != std::string::npos) {
    const std::string part = text.substr(comma + 1, text.find(',', comma + 1) - comma - 1);
    if (part.find('=') == std::string::npos || part.find(':') != std::string::npos) break;
    comma = text.find(',', comma + 1);
  }
  return std::min(comma, text.size());
}

}  // namespace

PolicyChoice read_policy(const std::string& option, const std::string& text) { return read_policy_at(option, text, 0); }

std::vector<PolicyChoice> read_policies(const std::string& option, const std::string& text) {
  std::vector<PolicyChoice> policies;
  if (text == "all") {
    for (const PolicyRow* row : all_policies()) policies.push_back(read_policy(option, std::string(row->name)));
    return policies;
  }
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = end_of_policy(text, from);
    policies.push_back(read_policy_at(option, text.substr(from, end - from), from));
    from = end + 1;
  }
  return policies;
}

Duration read_time(const std::string& option, const std::string& text, std::size_t column) {
  const std::optional<Duration> time = parse_time(text);
  if (!time || *time <= Duration()) {
    throw InputError({.file = option, .line = 1, .column = static_cast<unsigned>(column)},
                     "'" + text + "' is not a time", "a positive number with a unit, such as 500us, 10ms or 2s");
  }
  return *time;
}

void add_setting_options(CLI::App& command, SettingRequest& request) {
  command.add_option("--machine", request.machine, "a shipped machine (`list machines`) or a machine file");
  command
      .add_option("--cpus", request.cpus,
                  "how many CPUs it has (default: the machine's, but no fewer than the scenario names)")
      ->check(CLI::Range(1U, max_cpus));
  command
      .add_option(
          "--offline", request.outages,
          "CPUs that are offline, always or for a while: 2, 0-3,6:from=10ms, 2:from=10ms,until=50ms; may be given "
          "several times")
      ->allow_extra_args(false);  // a scenario may follow
  command
      .add_option("--cgroup", request.groups,
                  "a task group and its share, as /path:weight=N,quota=T,period=T,burst=T,cpus=0-3+6; may be given "
                  "several times")
      ->allow_extra_args(false);
  command.add_option("--memory", request.memory,
                     "RAM of the machine, such as 64MiB (default: the machine's; 1GiB if the scenario needs it)");
  command.add_option("--swap", request.swap, "swap space, such as 1GiB (default: the machine's)");
  command.add_option("--format", request.format, "the scenario file's format (default: recognised by content)");
}

}  // namespace signalbox
