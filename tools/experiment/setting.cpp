#include "tools/experiment/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>

#include "kernel/base/nearest_word.hpp"
#include "tools/experiment/embedded_file.hpp"
#include "tools/experiment/group_settings.hpp"
#include "tools/experiment/machine_file.hpp"
#include "tools/experiment/memory_table.hpp"
#include "tools/experiment/outages.hpp"
#include "tools/experiment/run_key.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/launch.hpp"
#include "workloads/native/registry.hpp"
#include "workloads/posix/image_scenario.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

bool is_program(std::string_view name) {
  return std::ranges::any_of(native_programs(), [&](const NativeProgram* program) { return program->name == name; });
}

// Reads the arguments of "fork_tree:depth=5,fanout=2", as policies take theirs.
void read_program_arguments(const std::string& text, std::size_t from, ProgramCall& call) {
  while (from < text.size()) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const std::string argument = text.substr(from, end - from);
    const SourcePlace place{.file = text, .line = 1, .column = static_cast<unsigned>(from + 1)};
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) throw InputError(place, in_quotes(argument) + " has no value", "name=value");
    const bool is_new = call.arguments.emplace(argument.substr(0, equals), argument.substr(equals + 1)).second;
    if (!is_new) throw InputError(place, in_quotes(argument.substr(0, equals)) + " is there twice", "each once");
    call.places.emplace(argument.substr(0, equals), place);
    from = end + 1;
  }
}

// The format is part of it: what another format makes of the same text is another workload.
Setting with_hash(Scenario scenario, std::string_view text) {
  std::string hash = content_hash(fmt::format("{}\n{}", scenario.format, text));
  return {.scenario = std::move(scenario), .machine = {}, .scenario_hash = std::move(hash)};
}

// A scenario of one task that runs a native program: "fork_tree", or "fork_tree:depth=5".
Scenario program_scenario(const std::string& text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  Scenario scenario;
  scenario.name = text;
  scenario.format = "program";
  Task& task = scenario.tasks.emplace_back();
  task.name = text.substr(0, colon);
  task.program = ProgramCall{.name = task.name, .arguments = {}, .place = {text, 1, 1}, .places = {}};
  read_program_arguments(text, colon + 1, *task.program);
  return scenario;
}

// A folder of that name does not hide what is shipped.
bool is_file(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

// Requires the name of one.
const EmbeddedFile& shipped_scenario(std::string_view name) {
  return *std::ranges::find(shipped_scenarios(), name, stem);
}

// A scenario of one task that runs a compiled program.
Setting compiled_program(const std::string& path, const SettingRequest& request) {
  Setting found;
  found.image = read_image_file(path);
  // Functions of the host's C library that programs call, as strftime(3), look there for the time zone.
  setenv("TZ", "UTC0", 1);
  tzset();
  found.scenario = image_scenario(*found.image, request.arguments, request.hooks);
  std::string text = found.image->hash;
  for (const std::string& argument : request.arguments) text += fmt::format("\n{}", argument);
  found.scenario_hash = content_hash(text);
  return found;
}

bool is_image(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && begins_like_image(InputFile(path).beginning());
}

bool is_scenario_file(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;
  const InputFile file(path);
  const std::string_view beginning = file.beginning();
  return begins_like_image(beginning) || recognised(beginning) != nullptr;
}

// What cannot be read twice, as a pipe, is read whole.
Setting scenario_in_file(const std::string& path, const std::string& format) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    Scenario scenario = load_scenario(path, format);
    InputFile text(path);
    std::string hash = content_hash(scenario.format, text);
    return {.scenario = std::move(scenario), .machine = {}, .scenario_hash = std::move(hash)};
  }
  const std::string text = read_input_file(path);
  Setting found = with_hash(parse_scenario(text, path, format), text);
  found.scenario.name = std::filesystem::path(path).stem().string();
  return found;
}

void refuse_format(const SettingRequest& request, std::string_view kind) {
  if (request.format.empty()) return;
  throw InputError({.file = "--format"}, fmt::format("'{}' is a {} and has no format", request.scenario, kind),
                   "a scenario file");
}

[[noreturn]] void refuse_name(const std::string& name, std::vector<std::string_view> known) {
  for (const NativeProgram* program : native_programs()) known.push_back(program->name);
  for (const GeneratorRow* generator : all_generators()) known.push_back(generator->name);
  const std::string_view meant = likely_word(name.substr(0, name.find(':')), known);
  throw InputError({.file = name}, "no such scenario",
                   fmt::format("a path, or a name that `signalbox list scenarios`, `list programs` or `list "
                               "generators` shows{}",
                               meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant)));
}

// Programs have addresses of the host.
void check_paging(const MachineConfig& config, const std::string& name) {
  constexpr unsigned host_address_bits = 48;
  if (config.memory && config.memory->main.format->address_bits >= host_address_bits) return;
  throw InputError({.file = "--paging"}, fmt::format("machine '{}' has no page tables for 64-bit programs", name),
                   "a machine with x86-64 tables");
}

// What the request names, as a setting without its machine.
Setting find_scenario(const SettingRequest& request) {
  const std::string& name = request.scenario;
  if (is_image(name)) {
    refuse_format(request, "compiled program");
    return compiled_program(name, request);
  }
  if (!request.arguments.empty()) {
    throw InputError({.file = "signalbox"}, in_quotes(name) + " takes no arguments, only compiled programs do", "none");
  }
  if (request.hooks.paging == ProgramPaging::all) {
    throw InputError({.file = "--paging"}, in_quotes(name) + " is no compiled program; others always page",
                     "a program of `signalbox cc`");
  }
  if (is_file(name) || name.find('/') != std::string::npos) return scenario_in_file(name, request.format);
  const std::vector<std::string_view> shipped = shipped_scenario_names();
  if (std::ranges::find(shipped, name) != shipped.end()) {
    return with_hash(load_shipped_scenario(name, request.format), shipped_scenario(name).text);
  }
  if (names_generator(name)) {
    refuse_format(request, "generator");
    const GeneratorChoice choice = parse_generator(name);
    Setting found = with_hash(generate(choice, request.seed), choice.spelled());
    found.generator = choice;
    return found;
  }
  // A colon tells a program from the shipped scenario of its name.
  if (!is_program(name.substr(0, name.find(':')))) refuse_name(name, shipped);
  refuse_format(request, "program");
  return with_hash(program_scenario(name), name);
}

// How many CPUs a machine needs so that every CPU that the scenario names is there, and as many as it was recorded on.
unsigned cpus_named(const Scenario& scenario) {
  unsigned most = scenario.cpus;
  const auto look = [&most](const SchedRequest& request) {
    if (!request.cpus) return;
    for (const CpuId cpu : *request.cpus) most = std::max(most, cpu.value() + 1U);
  };
  for (const Task& task : scenario.tasks) {
    look(task.sched);
    for (const Phase& phase : task.phases) look(phase.sched);
  }
  return most;
}

}  // namespace

Setting load_setting(const SettingRequest& request) {
  Setting setting = find_scenario(request);
  const std::string machine = !request.machine.empty()            ? request.machine
                              : !setting.scenario.machine.empty() ? setting.scenario.machine
                                                                  : "textbook";
  setting.machine =
      load_machine(machine, request.machine.empty() ? setting.scenario.machine_place : SourcePlace()).config;
  const unsigned present = setting.machine.topology.cpu_count();
  const unsigned named = std::min(cpus_named(setting.scenario), max_cpus);
  const unsigned wanted = request.cpus.value_or(std::max(present, named));
  if (wanted != present) setting.machine.topology = with_cpus(setting.machine.topology, wanted);
  if (const unsigned recorded = setting.scenario.cpus; recorded != 0 && !request.cpus && wanted > recorded) {
    setting.scenario.notes.push_back(fmt::format("{}: CPUs: recorded on {}, replayed on {} (--cpus {} for as many)",
                                                 request.scenario, recorded, wanted, recorded));
  }
  setting.machine.outages = read_outages("--offline", request.outages, wanted);
  check_scenario(setting.scenario, setting.machine.topology, native_programs());
  if (!setting.machine.memory && needs_memory(setting.scenario, native_programs())) setting.machine.memory.emplace();
  apply_memory_options(setting.machine.memory, request.memory, request.swap);
  if (request.hooks.paging == ProgramPaging::all) check_paging(setting.machine, machine);
  setting.groups = read_task_groups(request.groups, wanted);
  check_group_count(setting.groups, setting.scenario);
  return setting;
}

bool names_scenario(const std::string& name) {
  const auto shipped = shipped_scenario_names();
  return std::ranges::find(shipped, name) != shipped.end() || is_program(name.substr(0, name.find(':'))) ||
         names_generator(name) || is_scenario_file(name);
}

std::vector<std::string_view> shipped_scenario_names() {
  std::vector<std::string_view> names;
  for (const EmbeddedFile& file : shipped_scenarios()) names.push_back(stem(file));
  return names;
}

Scenario load_shipped_scenario(std::string_view name, std::string_view format) {
  const EmbeddedFile& file = shipped_scenario(name);
  Scenario scenario = parse_scenario(file.text, std::string(file.name), format);
  scenario.name = name;
  return scenario;
}

}  // namespace signalbox
