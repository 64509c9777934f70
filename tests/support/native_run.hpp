#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/support/scenario_run.hpp"
#include "workloads/native/registry.hpp"

namespace signalbox {

// One instance of a program on a machine of `cpus`.
class NativeRun {
 public:
  NativeRun(const std::string& program, const std::map<std::string, std::string>& arguments,
            const std::string& policy = "round_robin", unsigned cpus = 1, std::uint64_t seed = 1)
      : run_(policy, machine(program, cpus), seed) {
    Task task;
    task.name = program;
    task.program = ProgramCall{program, arguments, {"test.json", 1, 1}};
    Scenario scenario;
    scenario.tasks.push_back(task);
    run_.launch(scenario, native_programs());
    end_ = run_.run(Instant() + 100_s);
  }

  RunEnd end() const { return end_; }
  // Of the first process to be created; none if it did not end.
  std::optional<WaitStatus> status() const {
    const auto exits = run_.trace.of(TraceKind::process_exited, first_process());
    if (exits.size() != 1) return std::nullopt;
    return WaitStatus::from_raw(static_cast<std::int32_t>(exits.front().a));
  }
  std::size_t processes() const { return run_.trace.of(TraceKind::process_created).size(); }
  const ScenarioRun& operator*() const { return run_; }
  const ScenarioRun* operator->() const { return &run_; }
  ScenarioRun* operator->() { return &run_; }

 private:
  static MachineConfig machine(const std::string& program, unsigned cpus) {
    MachineConfig config;
    config.topology = Topology::uniform(cpus);
    if (find_program(native_programs(), {program, {}, {}}).needs_memory) config.memory.emplace();
    return config;
  }
  Tid first_process() const { return run_.trace.of(TraceKind::process_created).front().thread; }

  ScenarioRun run_;
  RunEnd end_;
};

}  // namespace signalbox
