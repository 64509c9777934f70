#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "workloads/synthetic/registry.hpp"

namespace signalbox {

// A share of a CPU, in 2^-32 of it.
using CpuShare = std::uint64_t;
constexpr CpuShare percent_of_cpu(std::int64_t percent) { return (static_cast<std::uint64_t>(percent) << 32U) / 100; }

// The options that sets of periodic tasks share: tasks, utilisation, min_period, max_period, seconds.
std::vector<PolicyOption> task_set_options();

// Throws InputError where no such set can be: periods of which the least exceeds the most, or more than a CPU a task.
void check_task_set(const OptionValues& options, const SourcePlace& place);

// One periodic task a share, each with its deadline at the end of its period. Periods are log-uniform, so that every
// order of magnitude is as frequent (Emberson, Stafford and Davis, Techniques for the Synthesis of Multiprocessor
// Tasksets, 2010). All are first released at the beginning, and the run ends after `seconds`.
Scenario periodic_tasks(std::span<const CpuShare> shares, const OptionValues& options, const Prng& random);

}  // namespace signalbox
