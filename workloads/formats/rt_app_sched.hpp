#pragma once

#include <array>
#include <string_view>

#include "workloads/formats/rt_app_context.hpp"
#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {

// The keys by which a task or a phase asks something of the scheduler.
inline constexpr auto sched_keys =
    std::to_array<std::string_view>({"policy", "priority", "dl-runtime", "dl-period", "dl-deadline", "cpus",
                                     "nodes_membind", "membind_nodes", "util_min", "util_max", "taskgroup"});

// The scheduling class that an rt-app policy's name stands for.
SchedClass sched_class_of(const LooseMember& member);

// What a task is: the default policy, unless it names its own. `task` is where the task's name stands.
SchedAttributes task_attributes(const SortedKeys& keys, const SourcePlace& task, RtAppContext& context);

// What a phase changes in what the task was before it; nothing where it names nothing. As in rt-app a phase that names
// a policy without a priority gets that policy's default priority.
std::optional<SchedAttributes> phase_attributes(const SortedKeys& keys, const SchedAttributes& before,
                                                RtAppContext& context);

std::optional<std::vector<CpuId>> cpus_of(const SortedKeys& keys);

// The path of the task group; as in rt-app an empty one changes nothing, and only fair classes have groups.
std::optional<std::string> group_of(const SortedKeys& keys, SchedClass sched_class);

// Checks util_min, util_max and the memory nodes, which have no effect here, and notes that.
void check_ineffective_sched_keys(const SortedKeys& keys, RtAppContext& context);

}  // namespace signalbox
