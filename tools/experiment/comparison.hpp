#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/experiment/crew.hpp"
#include "workloads/posix/image_file.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {

class ResultFile;

// A scenario and the machine it runs on: the user's choice, or the one it asks for.
struct Setting {
  Scenario scenario;
  MachineConfig machine;
  std::string scenario_hash = {};                 // content_hash of the text it was read from; empty if there was none
  std::optional<GeneratorChoice> generator = {};  // draws the scenario, for each seed another
  std::vector<TaskGroupSpec> groups = {};         // as the user gave them
  std::optional<ImageFile> image = {};            // of a compiled program
};

// What a comparison varies, if all its policies are one with different values of one option.
struct SweptOption {
  std::string policy;  // with the options that do not vary
  std::string option;
  std::vector<std::string> values;  // by policy of the plan
};

// Every policy on every setting with every seed.
struct ComparisonPlan {
  std::vector<Setting> settings;
  std::vector<PolicyChoice> policies;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  std::optional<Duration> until;
  unsigned jobs = 1;                    // simulations side by side, each on a host thread of its own
  bool keeps_threads = false;           // keep what was measured of every thread, for JSON
  std::vector<std::string> names = {};  // of the policies in reports; empty: as they are spelled
  std::optional<SweptOption> swept = {};

  std::string name_of(std::size_t policy) const { return names.empty() ? policies[policy].spelled() : names[policy]; }
};

// One cell of the grid.
struct ComparedRun {
  std::size_t setting = 0;
  std::size_t policy = 0;
  std::uint64_t seed = 0;
  bool is_done = false;     // false after an interruption
  bool was_stored = false;  // taken from the results, not made
  RunReport report;
  std::uint64_t trace_hash = 0;
  std::string threads;  // JSON, an array; empty unless the plan keeps threads
};

// Told after each run, and now and then within one, how many are done; answers whether to go on. May be called from any
// host thread, one at a time.
using ComparisonProgress = std::function<bool(std::size_t done, std::size_t all)>;

// By what means a comparison is made; none changes what is in it.
struct ComparisonMeans {
  ComparisonProgress progress = {};
  ResultFile* results = nullptr;  // what is in it is not made again, and what is made goes there at once
  Crew* crew = nullptr;           // none: `jobs` host threads
};

// Every cell, nothing done: by setting, then policy, then seed.
std::vector<ComparedRun> empty_grid(const ComparisonPlan& plan);

// The same grid with what came out. Throws what a run throws, and InputError of the results.
std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonMeans& means = {});

}  // namespace signalbox
