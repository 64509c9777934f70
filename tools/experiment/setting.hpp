#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/experiment/comparison.hpp"
#include "workloads/posix/program_world.hpp"

namespace signalbox {

// What a user says of the scenario and the machine.
struct SettingRequest {
  // A path, a shipped scenario's name, or a native program's or a generator's with its options.
  std::string scenario;
  std::string format;   // empty: recognised by content
  std::string machine;  // a shipped machine's name or a path; empty: the scenario's choice, else the textbook's
  std::optional<unsigned> cpus;           // none: the machine's, but no fewer than the scenario names
  std::vector<std::string> outages = {};  // CPUs that go offline, as read_outages() takes them
  std::uint64_t seed = 1;                 // of what a generator draws
  std::vector<std::string> groups = {};   // as read_task_groups takes them
  std::string memory = {};  // sizes of RAM and swap; empty: the machine's, or none if the scenario needs none
  std::string swap = {};
  // Of a compiled program.
  std::vector<std::string> arguments = {};
  ProgramHooks hooks = {};
};

// Finds and reads both, and checks that the one fits the other, before anything runs. Throws InputError.
Setting load_setting(const SettingRequest& request);

// Whether a user who names this means a scenario: a shipped one, a native program, a generator of scenarios, or a file
// in one of their formats.
bool names_scenario(const std::string& name);

// The shipped scenarios' names, in alphabetical order.
std::vector<std::string_view> shipped_scenario_names();
// Requires one of these names. Throws InputError if a format is named that cannot read it.
Scenario load_shipped_scenario(std::string_view name, std::string_view format = {});

}  // namespace signalbox
