#include <algorithm>

#include "kernel/base/nearest_word.hpp"
#include "tools/allocators/comparison_report.hpp"
#include "tools/allocators/generators.hpp"
#include "tools/allocators/scenario_recording.hpp"
#include "tools/commands/command_group.hpp"
#include "tools/commands/give_report.hpp"
#include "tools/commands/host_terminal.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/experiment/machine_file.hpp"
#include "tools/memory/placed_word.hpp"

namespace signalbox {
namespace {

struct AllocatorsOptions {
  std::string workload;
  std::string allocators = "all";
  std::string machine = "laptop";
  unsigned cpus = 0;
  std::string memory = "1GiB";
  unsigned samples = 50;
  std::string touch = "all";
  bool prints_stats = false;
  std::string policy;
  std::string until;
};

std::vector<const alloc::AllocatorRow*> read_allocators(const std::string& text) {
  std::vector<const alloc::AllocatorRow*> rows;
  std::vector<std::string_view> names;
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    names.push_back(row.name);
    if (text == "all") rows.push_back(&row);
  }
  if (text == "all") return rows;
  for (const PlacedWord& name : parts_of("--allocators", text)) {
    const alloc::AllocatorRow* const row = alloc::find_allocator(name.text);
    if (row == nullptr) refuse(name, "is no allocator", "all, or " + one_of(name.text, names));
    if (std::ranges::find(rows, row) != rows.end()) refuse(name, "is named twice", "each allocator once");
    rows.push_back(row);
  }
  return rows;
}

BlockTouch read_touch(const std::string& text) {
  if (text == "all") return BlockTouch::all;
  if (text == "first") return BlockTouch::first;
  if (text == "none") return BlockTouch::none;
  refuse(option_word("--touch", text), "is no part of a block", "all, first or none");
}

// What it is a name of first: a generator of allocations, a scenario, a file.
AllocationTrace load_workload(const AllocatorsOptions& options, const GlobalOptions& global) {
  const bool is_scenario = !names_allocation_generator(options.workload) && names_scenario(options.workload);
  if (!is_scenario) {
    if (!options.until.empty()) refuse(option_word("--until", options.until), "ends a scenario only", "no such option");
    if (!options.policy.empty())
      refuse(option_word("--policy", options.policy), "is for scenarios only", "no such option");
    return load_allocations(options.workload, global.seed);
  }
  RecordingRequest request{.policy = read_policy("--policy", options.policy.empty() ? "eevdf" : options.policy)};
  request.setting.scenario = options.workload;
  request.setting.machine = options.machine;
  request.setting.memory = options.memory;
  request.setting.seed = global.seed;
  if (options.cpus > 0) request.setting.cpus = options.cpus;
  if (!options.until.empty()) request.until = read_time("--until", options.until);
  return record_scenario(request);
}

int compare(const AllocatorsOptions& options, const GlobalOptions& global) {
  constexpr NumberBounds ram{.least = std::uint64_t{16} << 20U, .most = std::uint64_t{16} << 30U};
  AllocatorRequest request{.allocators = read_allocators(options.allocators),
                           .ram_bytes = bytes_of(option_word("--memory", options.memory), "a size of RAM", ram),
                           .samples = options.samples,
                           .touch = read_touch(options.touch),
                           .seed = global.seed};
  if (request.ram_bytes % page_bytes != 0)
    refuse(option_word("--memory", options.memory), "are no whole pages", "a multiple of 4KiB");
  const MachineProfile machine = load_machine(options.machine, {.file = "--machine"});
  request.costs = machine.config.costs;
  request.machine = options.machine;
  request.cpus = options.cpus > 0 ? options.cpus : machine.config.topology.cpu_count();
  request.trace = load_workload(options, global);
  if (!global.is_quiet) print_warnings(request.trace.notes);
  const std::vector<AllocatorRun> runs = compare_allocators(request);
  std::string text = allocators_text(request, runs);
  if (options.prints_stats) text += allocators_stats_text(runs);
  const int status = give_report(global, {options.workload}, text, allocators_json(request, runs));
  const bool has_ended = std::ranges::any_of(runs, [](const AllocatorRun& run) { return !run.ended.empty(); });
  return has_ended ? status_failure_found : status;
}

Action add_compare(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<AllocatorsOptions>();
  command
      .add_option("WORKLOAD", options->workload,
                  "name:key=value,... (`list workloads`), a scenario as `run` takes it, or a file: a trace of "
                  "allocations, or malloc lab's .rep")
      ->required();
  command.add_option("--allocators", options->allocators, "all, or names separated by commas (`list allocators`)")
      ->capture_default_str();
  command.add_option("--machine", options->machine, "whose prices: a shipped machine or a machine file")
      ->capture_default_str();
  command.add_option("--cpus", options->cpus, "CPUs that arenas and caches are for (default: the machine's)")
      ->check(CLI::Range(1U, 256U));
  command.add_option("--memory", options->memory, "RAM of the machine")->capture_default_str();
  command.add_option("--samples", options->samples, "how often statistics are taken")
      ->check(CLI::Range(1U, 100'000U))
      ->capture_default_str();
  command
      .add_option("--touch", options->touch, "what the program writes of a block: all of its pages, its first, or none")
      ->capture_default_str();
  command.add_flag("--stats", options->prints_stats, "print each allocator's statistics under jemalloc's names");
  command.add_option("--policy", options->policy, "who schedules a scenario, as name:key=value,... (default: eevdf)");
  command.add_option("--until", options->until, "a scenario ends then (default: as `run` ends it)");
  return [options, &global] { return compare(*options, global); };
}

constexpr Command compare_command{"compare", "one workload under several allocators: time, faults, calls, memory",
                                  "signalbox allocators compare larson:threads=8 --allocators jemalloc,ptmalloc",
                                  add_compare};

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&compare_command};
  return add_commands(command, global, commands);
}

}  // namespace

extern const Command allocators_command{"allocators", "what memory allocators cost on the same workload",
                                        "signalbox allocators compare phases:kept=20 --stats", add};

}  // namespace signalbox
