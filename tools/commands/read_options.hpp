#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "tools/experiment/setting.hpp"

namespace signalbox {

// The options that commands share, and how their texts are read. All throw InputError; a place names the option and the
// column in its text.

// `name:key=value,...`
PolicyChoice read_policy(const std::string& option, const std::string& text);
// Several, separated by commas; "all" is every policy. A part `key=value` belongs to the policy before it.
std::vector<PolicyChoice> read_policies(const std::string& option, const std::string& text);
// The time begins at that column of what the option was given.
Duration read_time(const std::string& option, const std::string& text, std::size_t column = 1);

// Declares --machine, --cpus, --memory, --swap, --format and --cgroup.
void add_setting_options(CLI::App& command, SettingRequest& request);

}  // namespace signalbox
