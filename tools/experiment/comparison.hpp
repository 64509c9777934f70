#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/experiment/experiment.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {

// A scenario and the machine it runs on: the user's choice, or the one it asks for.
struct Setting {
  Scenario scenario;
  MachineConfig machine;
  std::optional<GeneratorChoice> generator = {};  // draws the scenario, for each seed another
};

// Every policy on every setting with every seed.
struct ComparisonPlan {
  std::vector<Setting> settings;
  std::vector<PolicyChoice> policies;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  std::optional<Duration> until;
  unsigned jobs = 1;           // simulations side by side, each on a host thread of its own
  bool keeps_threads = false;  // keep what was measured of every thread, for JSON
};

// One cell of the grid.
struct ComparedRun {
  std::size_t setting = 0;
  std::size_t policy = 0;
  std::uint64_t seed = 0;
  bool is_done = false;  // false after an interruption
  RunReport report;
  std::uint64_t trace_hash = 0;
  std::unique_ptr<RunOutcome> outcome;  // null unless the plan keeps threads or the run was not sound
};

// Told after each run, and now and then within one, how many are done; answers whether to go on. May be called from any
// host thread, one at a time.
using ComparisonProgress = std::function<bool(std::size_t done, std::size_t all)>;

// The runs by setting, then policy, then seed. What is in them does not depend on `jobs`. Throws what a run throws.
std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonProgress& progress = {});

}  // namespace signalbox
