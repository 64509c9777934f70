#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/all_calls.hpp"
#include "tests/support/machine_fixture.hpp"
#include "workloads/guest.hpp"
#include "workloads/launch.hpp"

namespace signalbox {

// A scenario, or a program, on a machine that records what happens.
class ScenarioRun {
 public:
  explicit ScenarioRun(const std::string& policy = "fcfs", const MachineConfig& config = {}, std::uint64_t seed = 1)
      : simulation_(seed) {
    simulation_.trace().add_sink(trace);
    simulation_.trace().add_sink(hash);
    machine.emplace(simulation_, config, policy_of(policy), calls_);
  }

  ScenarioRun& launch(const Scenario& scenario, ProgramList programs = {}) {
    launched = signalbox::launch(scenario, *machine, programs);
    return *this;
  }
  template <class Body>
  ScenarioRun& spawn(const std::string& name, Body body) {
    ThreadRequest request;
    request.program = guest_program(std::move(body));
    request.name = simulation_.trace().intern(name);
    CHECK(machine->spawn(std::move(request)).has_value(), "a test's program can be started");
    return *this;
  }
  RunEnd run(Instant limit = Instant::max()) {
    const RunEnd end = machine->run(limit);
    machine->finish(end);
    return end;
  }

  // "a 0-10, b 10-15": who ran when, in milliseconds where they are whole, else in nanoseconds with a unit.
  std::string schedule() const {
    std::string text;
    std::map<std::uint16_t, std::pair<std::string, Instant>> running;
    const auto names = thread_names();
    for (const TraceEvent& event : trace.events()) {
      if (event.kind == TraceKind::run_begin) running[event.cpu.value()] = {names.at(event.thread), event.when};
      if (event.kind != TraceKind::run_end) continue;
      const auto& [name, begin] = running[event.cpu.value()];
      if (begin == event.when) continue;
      text += fmt::format("{}{} {}-{}", text.empty() ? "" : ", ", name, moment(begin), moment(event.when));
    }
    return text;
  }
  // User time by thread name.
  std::map<std::string, Duration> user_times() const {
    std::map<std::string, Duration> times;
    const auto names = thread_names();
    for (const TraceEvent& event : trace.events()) {
      if (event.kind == TraceKind::run_end)
        times[names.at(event.thread)] += Duration(static_cast<std::int64_t>(event.a));
    }
    return times;
  }
  // Names in order of creation, as last renamed.
  std::map<Tid, std::string> thread_names() const {
    std::map<Tid, std::string> names;
    for (const TraceEvent& event : trace.events()) {
      const bool names_it = event.kind == TraceKind::thread_created || event.kind == TraceKind::thread_renamed;
      if (names_it) names[event.thread] = name(event.b);
    }
    return names;
  }
  std::string name(std::uint64_t id) const {
    return std::string(simulation_.trace().name(NameId(static_cast<NameId::Value>(id))));
  }

 private:
  static std::string moment(Instant when) {
    constexpr std::int64_t millisecond = 1'000'000;
    const std::int64_t at = when.nanoseconds();
    return at % millisecond == 0 ? std::to_string(at / millisecond) : std::to_string(at) + "ns";
  }

  SyscallTable calls_ = all_calls();
  mutable Simulation simulation_;  // a TraceLog is asked for names through it

 public:
  RecordedTrace trace;
  TraceHash hash;
  std::optional<Machine> machine;
  Launched launched;
};

}  // namespace signalbox
