#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/machine/machine_config.hpp"
#include "kernel/machine/stall_report.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sim/trace_sink.hpp"
#include "tools/experiment/machine_observer.hpp"
#include "tools/metrics/run_metrics.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// One simulation, said in whole: the same request gives the same outcome on every host.
struct RunRequest {
  const Scenario& scenario;
  const MachineConfig& machine;
  const PolicyChoice& policy;
  std::uint64_t seed = 1;
  std::optional<Duration> until;               // none: the scenario's duration, or until everything has ended
  std::span<const TaskGroupSpec> groups = {};  // those that the scenario names come with defaults
};

// Nothing was wrong with the run itself: not a deadlock, not the watchdog.
constexpr bool is_sound(RunEnd end) { return end == RunEnd::finished || end == RunEnd::until; }

// What came out.
struct RunOutcome {
  RunMetrics metrics;
  std::uint64_t trace_hash = 0;
  RunEnd end = RunEnd::finished;
  std::optional<StallReport> stall;  // after a deadlock: who waits for what
  std::vector<std::string> running;  // after the watchdog: who had a CPU
  bool was_interrupted = false;      // its progress was told not to go on
  std::vector<std::string> notes;    // what scripts tried in vain
};

// Told now and then how far the run is; answers whether to go on.
using Progress = std::function<bool(Instant now)>;

// Runs it. `sinks` read the trace besides the metrics and the hash, `observers` look at the machine: neither changes
// the outcome.
std::unique_ptr<RunOutcome> run_experiment(const RunRequest& request, std::span<TraceSink* const> sinks = {},
                                           const Progress& progress = {},
                                           std::span<MachineObserver* const> observers = {});

// Throws InputError if neither `until` nor the scenario ends a run that a task makes endless.
void check_ends(const Scenario& scenario, const std::optional<Duration>& until);

// Throws InputError if the scenario's threads need more memory than the host has free.
void check_host_memory(const Scenario& scenario, std::uint64_t simulations);

}  // namespace signalbox
