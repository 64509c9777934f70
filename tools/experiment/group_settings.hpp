#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/experiment/comparison.hpp"

namespace signalbox {

// Task groups as users give them: `/path:weight=200,quota=20ms,period=100ms,burst=5ms,cpus=0-3+6`, each option left out
// as in TaskGroupSpec. Ranges are Linux's (kernel/sched/core.c, tg_set_cfs_bandwidth). Throws InputError; a place names
// the option and the column in its text.
std::vector<TaskGroupSpec> read_task_groups(std::span<const std::string> texts, unsigned cpus);

// The same back, with what differs from the defaults.
std::string spelled(const TaskGroupSpec& group);

// Those given, and with default shares those that only the scenario names.
std::vector<TaskGroupSpec> groups_with(std::span<const TaskGroupSpec> given, const Scenario& scenario);
// Throws InputError if all these are more groups than a machine has.
void check_group_count(std::span<const TaskGroupSpec> given, const Scenario& scenario);

// Whether any thread is in a group other than the root's.
bool has_grouped_tasks(const Scenario& scenario);

// What became of them, for the report; none if the policy heeds no groups.
std::vector<GroupReport> group_reports(const TaskGroups& groups, const PolicyChoice& policy, unsigned cpus);

// What has no effect: groups without threads, and policies that heed no groups. One line each.
std::vector<std::string> group_notes(const Setting& setting, std::span<const PolicyChoice> policies);

}  // namespace signalbox
