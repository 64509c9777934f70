#pragma once

#include <map>
#include <string>
#include <string_view>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// By name of the measurement, the median of its repetitions: nanoseconds, bytes or seconds.
using Measured = std::map<std::string, double, std::less<>>;

// The names, which the table refers to: "raw/100", "yield/100", "bursts/10", "queue/1000", "policy/fcfs/100" and so on.
std::string sized(std::string_view what, unsigned size);
std::string policy_measurement(const PolicyRow& row);
inline constexpr std::string_view preemption = "preemption";
inline constexpr std::string_view null_call = "null_call";
inline constexpr std::string_view thread_life = "thread_life";

// Registers everything with Google Benchmark, so that its options (--benchmark_filter and others) choose.
void register_measurements();
// Runs what the options have chosen, repetitions of different measurements mixed; says on standard error how far it is.
Measured run_measurements();

}  // namespace signalbox
