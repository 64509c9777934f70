#include "tools/experiment/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "ipc/all_calls.hpp"
#include "kernel/machine/machine.hpp"
#include "kernel/sim/simulation.hpp"
#include "kernel/sim/trace_hash.hpp"
#include "tools/experiment/group_settings.hpp"
#include "tools/experiment/memory_report.hpp"
#include "tools/metrics/thread_record.hpp"
#include "workloads/endless.hpp"
#include "workloads/input_error.hpp"
#include "workloads/launch.hpp"
#include "workloads/native/registry.hpp"

namespace signalbox {
namespace {

// How much virtual time passes between two looks at the user: as much as the host does in a few milliseconds, for a
// look costs some 15 system calls (the machine guards against faults while it runs), and threads of one process get
// into each other's way in them. The most, so that a scenario that grows busy does not keep its user waiting.
constexpr Duration shortest_interval = 100_ms;
constexpr Duration longest_interval = 3200_ms;
constexpr std::chrono::milliseconds brief(2);

// What the host can still give without swapping, in bytes (proc(5), /proc/meminfo, MemAvailable).
std::uint64_t available_memory() {
  std::ifstream meminfo("/proc/meminfo");
  std::string line;
  while (std::getline(meminfo, line)) {
    std::uint64_t kib = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %lu kB", &kib) == 1) return kib * 1024;
  }
  return std::numeric_limits<std::uint64_t>::max();  // a host that does not say: let it try
}

std::vector<std::string> running_threads(Machine& machine) {
  std::vector<std::string> found;
  machine.processes().for_each_thread([&](const Thread& thread) {
    if (thread.state != ThreadState::running) return;
    found.push_back(fmt::format("{} (pid {} tid {})", machine.trace().name(thread.name), thread.process.pid.value(),
                                thread.tid.value()));
  });
  return found;
}

using Observers = std::span<MachineObserver* const>;

// Pauses for each look.
RunEnd run_observed(Machine& machine, Instant limit, Observers observers) {
  for (;;) {
    Instant pause = limit;
    for (const MachineObserver* observer : observers) pause = std::min(pause, observer->next_look());
    const RunEnd end = machine.run(pause);
    if (end != RunEnd::until) return end;
    for (MachineObserver* observer : observers) {
      if (observer->next_look() == pause) observer->look(machine);
    }
    if (pause == limit) return end;
  }
}

RunEnd run_with_progress(Machine& machine, Instant limit, const Progress& progress, Observers observers) {
  if (!progress) return run_observed(machine, limit, observers);
  const Simulation& simulation = machine.simulation();
  using Clock = std::chrono::steady_clock;
  RunEnd end = RunEnd::until;
  Duration interval = shortest_interval;
  while (end == RunEnd::until && simulation.now() < limit && progress(simulation.now())) {
    const Clock::time_point begin = Clock::now();
    end = run_observed(machine, std::min(limit, simulation.now() + interval), observers);
    const bool was_brief = Clock::now() - begin < brief;
    interval = was_brief ? std::min(interval * 2, longest_interval) : shortest_interval;
  }
  return end;
}

}  // namespace

std::unique_ptr<RunOutcome> run_experiment(const RunRequest& request, std::span<TraceSink* const> sinks,
                                           const Progress& progress, Observers observers) {
  auto outcome = std::make_unique<RunOutcome>();
  TraceHash hash;
  Simulation simulation(request.seed);
  simulation.trace().add_sink(outcome->metrics);
  simulation.trace().add_sink(hash);
  for (TraceSink* sink : sinks) simulation.trace().add_sink(*sink);

  const SyscallTable calls = all_calls();
  Machine machine(simulation, request.machine, request.policy, calls, groups_with(request.groups, request.scenario));
  const Launched launched = launch(request.scenario, machine, native_programs());
  const std::optional<Duration> length = request.until ? request.until : request.scenario.duration;
  const Instant limit = length ? Instant() + *length : Instant::max();
  outcome->end = run_with_progress(machine, limit, progress, observers);
  for (MachineObserver* observer : observers) observer->end(machine);
  outcome->was_interrupted = outcome->end == RunEnd::until && simulation.now() < limit;
  if (outcome->end == RunEnd::watchdog) outcome->running = running_threads(machine);
  if (outcome->end == RunEnd::deadlock) outcome->stall = machine.stall_report();
  for (const MissedDeadlines& missed : launched.missed_deadlines(simulation.now())) {
    outcome->metrics.add_overdue(missed.thread, missed.count);
  }
  machine.finish(outcome->end);
  outcome->notes = launched.notes();
  std::ranges::copy(oom_kill_lines(machine), std::back_inserter(outcome->notes));
  std::ranges::copy(abort_lines(machine), std::back_inserter(outcome->notes));
  for (const auto& [cpu, when] : machine.refused_outages()) {
    outcome->notes.push_back(fmt::format("CPU {} stays online at {} ns: deadline threads need its bandwidth (EBUSY)",
                                         cpu.value(), when.nanoseconds()));
  }
  const unsigned cpus = request.machine.topology.cpu_count();
  outcome->metrics.set_groups(group_reports(machine.groups(), request.policy, cpus));
  if (request.policy.heeds_groups(cpus) && has_grouped_tasks(request.scenario)) outcome->metrics.omit_fairness();
  if (const auto memory = memory_report(machine)) outcome->metrics.set_memory(*memory);
  outcome->trace_hash = hash.value();
  return outcome;
}

void check_ends(const Scenario& scenario, const std::optional<Duration>& until) {
  if (until || scenario.duration) return;
  const Task* task = endless_task(scenario);
  if (task == nullptr) return;
  throw InputError(task->place, in_quotes(task->name) + " repeats for ever, and nothing ends the run",
                   "--until TIME, or a \"duration\" in \"global\"");
}

void check_host_memory(const Scenario& scenario, std::uint64_t simulations) {
  const std::uint64_t available = available_memory();
  const std::uint64_t needed = host_bytes_needed(scenario, native_programs(), sizeof(ThreadRecord)) * simulations;
  if (needed <= available) return;
  constexpr double gib = 1024.0 * 1024 * 1024;
  throw InputError({.file = scenario.name},
                   fmt::format("its threads need {:.1f} GiB of memory in {} simulation{} at once",
                               static_cast<double>(needed) / gib, simulations, simulations == 1 ? "" : "s"),
                   fmt::format("at most the {:.1f} GiB that this host has free", static_cast<double>(available) / gib));
}

}  // namespace signalbox
