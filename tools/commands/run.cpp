#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>

#include "kernel/task/wait_status.hpp"
#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/command.hpp"
#include "tools/commands/ended_programs.hpp"
#include "tools/commands/host_terminal.hpp"
#include "tools/commands/json_file.hpp"
#include "tools/commands/machine_views.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/commands/terminal_file.hpp"
#include "tools/debug/blocked_places.hpp"
#include "tools/debug/debugger_session.hpp"
#include "tools/experiment/class_notes.hpp"
#include "tools/experiment/comparison_report.hpp"
#include "tools/experiment/experiment.hpp"
#include "tools/experiment/group_settings.hpp"
#include "tools/experiment/policy_files.hpp"
#include "tools/experiment/setting.hpp"
#include "tools/export/gantt.hpp"
#include "tools/export/registry.hpp"
#include "tools/metrics/json_report.hpp"
#include "tools/metrics/text_cell.hpp"
#include "tools/metrics/text_report.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::size_t most_thread_rows = 20;

struct RunOptions {
  SettingRequest setting;
  std::string policy = "eevdf";
  std::string until;
  std::vector<std::string> traces;
  ViewOptions views;
  bool draws_gantt = false;
  bool answers_program = false;  // --exit-status
  bool waits_for_gdb = false;
  bool has_paging = false;
};

// As a shell tells it: the exit code, or 128 and the signal.
int shell_status(WaitStatus status) {
  constexpr int killed_base = 128;
  return status.has_exited() ? status.exit_code() : killed_base + status.signal();
}

// A gigabyte of terminal helps nobody: who waits in a crowd mostly waits for the same.
constexpr std::size_t most_stalled_rows = BlockedPlaces::most_places;

const Exporter& exporter_for(const std::string& path) {
  if (const Exporter* exporter = exporter_for_file(path)) return *exporter;
  std::string endings;
  for (const Exporter& known : exporters()) {
    if (!known.ending.empty()) endings += fmt::format("{}{}", endings.empty() ? "" : ", ", known.ending);
  }
  throw InputError({.file = "--trace", .line = 1, .column = 1},
                   fmt::format("no trace format has the ending of '{}'", path), "one of " + endings);
}

void print_stall(const StallReport& stall, const BlockedPlaces& places) {
  fmt::print(stderr, "deadlock: nothing can run at {} ns; {}\n", stall.when.nanoseconds(),
             stall.threads.size() == 1 ? "1 thread waits" : fmt::format("{} threads wait", stall.threads.size()));
  const std::size_t rows = std::min(stall.threads.size(), most_stalled_rows);
  for (const StalledThread& thread : std::span(stall.threads).first(rows)) {
    fmt::print(stderr, "  {} (pid {} tid {}) waits for {}{}{} since {} ns\n", thread.name, thread.process.value(),
               thread.thread.value(), to_string(thread.kind), thread.object.empty() ? "" : " ", thread.object,
               thread.since.nanoseconds());
    if (const std::string place = places.of(thread.thread); !place.empty()) fmt::print(stderr, "    at {}\n", place);
  }
  if (rows < stall.threads.size()) fmt::print(stderr, "  and {} more\n", stall.threads.size() - rows);
}

// The same for scripts, of all threads.
nlohmann::ordered_json stall_json(const StallReport& stall, const BlockedPlaces& places) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const StalledThread& thread : stall.threads) {
    nlohmann::ordered_json row{{"name", thread.name},          {"pid", thread.process.value()},
                               {"tid", thread.thread.value()}, {"waits_for", to_string(thread.kind)},
                               {"object", thread.object},      {"since_ns", thread.since.nanoseconds()}};
    if (const std::string place = places.of(thread.thread); !place.empty()) row["at"] = place;
    rows.push_back(std::move(row));
  }
  return rows;
}

void print_deaths(const std::vector<std::string>& deaths) {
  const std::size_t rows = std::min(deaths.size(), most_stalled_rows);
  for (const std::string& death : std::span(deaths).first(rows)) fmt::print(stderr, "{}\n", death);
  if (rows < deaths.size()) fmt::print(stderr, "and {} more ended by signals\n", deaths.size() - rows);
}

// `program`: how it ended, of a compiled one.
void print_text(const Setting& setting, const PolicyChoice& policy, std::uint64_t seed, const RunOutcome& outcome,
                const std::string& program) {
  const unsigned cpus = setting.machine.topology.cpu_count();
  const std::string heading = fmt::format(
      "{} under {} on {} ({} CPU{}, {}), seed {}, trace hash {:016x}", setting.scenario.name, policy.spelled(),
      setting.machine.name, cpus, cpus == 1 ? "" : "s",
      setting.machine.tick > Duration() ? "decisions at ticks" : "exact decisions", seed, outcome.trace_hash);
  const RunReport report = outcome.metrics.report();
  const std::string end = outcome.was_interrupted ? "interrupted" : to_string(report.end);
  const std::string ended = program.empty() ? "" : text_lines("program     " + program, 12);
  fmt::print("{}\n{}{}\n{}", text_lines(heading), ended, text_summary(report, end),
             thread_table(outcome.metrics, most_thread_rows));
}

// Everything that `run` was told, found and read.
struct RunPlan {
  Setting setting;
  PolicyChoice policy;
  std::optional<Duration> until;
};

// Who follows the compiled programs of a run.
struct ProgramWatch {
  EndedPrograms ended;
  BlockedPlaces blocked;
  std::unique_ptr<DebuggerSession> debugger;  // --gdb
  const InterruptWatch* interrupt = nullptr;  // while the run lasts
};

ProgramHooks hooks_of(ProgramWatch& watch, TerminalOutput output) {
  ProgramHooks hooks;
  hooks.open_streams = [&watch, open = terminal_streams(output)](Process& process) {
    if (watch.debugger != nullptr) DebuggerSession::wait([&] { return watch.interrupt->is_interrupted(); });
    open(process);
  };
  hooks.faulted = [&](const Thread& thread, ProgramFault&& fault) { watch.ended.note_fault(thread, std::move(fault)); };
  if (watch.debugger != nullptr) hooks.copies = watch.debugger->copies();
  return hooks;
}

RunPlan make_plan(const RunOptions& options, const GlobalOptions& global, ProgramWatch& watch) {
  SettingRequest request = options.setting;
  request.seed = global.seed;
  if (options.waits_for_gdb) watch.debugger = std::make_unique<DebuggerSession>();
  request.hooks = hooks_of(watch, global.json == "-" ? TerminalOutput::errors_only : TerminalOutput::both);
  if (options.has_paging) request.hooks.paging = ProgramPaging::all;
  RunPlan plan{load_setting(request), read_policy("--policy", options.policy), {}};
  if (options.waits_for_gdb && !plan.setting.image) {
    throw InputError({.file = "--gdb"}, in_quotes(options.setting.scenario) + " has no code that a debugger could show",
                     "a program of `signalbox cc`");
  }
  if (!options.until.empty()) plan.until = read_time("--until", options.until);
  for (const std::string& path : options.traces) exporter_for(path);
  check_ends(plan.setting.scenario, plan.until);
  check_host_memory(plan.setting.scenario, 1);
  return plan;
}

std::vector<std::string> outputs(const RunOptions& options, const MachineViews& views, const GlobalOptions& global) {
  std::vector<std::string> paths = options.traces;
  std::ranges::copy(views.files(), std::back_inserter(paths));
  paths.push_back(global.json);
  return paths;
}

std::vector<std::string> inputs(const RunOptions& options, const RunPlan& plan) {
  std::vector<std::string> paths = policy_files(plan.policy);
  paths.push_back(options.setting.scenario);
  paths.push_back(options.setting.machine);
  return paths;
}

std::unique_ptr<RunOutcome> simulate(const RunPlan& plan, const RunOptions& options, const GlobalOptions& global,
                                     const MachineViews& views, const InterruptWatch& interrupt, ProgramWatch& watch) {
  watch.interrupt = &interrupt;
  std::vector<std::unique_ptr<TraceSink>> exporters;
  for (const std::string& path : options.traces) exporters.push_back(exporter_for(path).create(path));
  if (options.draws_gantt && global.prints_text()) exporters.push_back(std::make_unique<Gantt>("-"));
  std::vector<TraceSink*> sinks = views.sinks();
  for (const auto& exporter : exporters) sinks.push_back(exporter.get());
  std::vector<MachineObserver*> observers = views.observers();
  if (plan.setting.image || options.answers_program) sinks.push_back(&watch.ended);
  if (plan.setting.image) observers.push_back(&watch.blocked);

  const RunRequest request{.scenario = plan.setting.scenario,
                           .machine = plan.setting.machine,
                           .policy = plan.policy,
                           .seed = global.seed,
                           .until = plan.until,
                           .groups = plan.setting.groups};
  ProgressLine line(!global.is_quiet);
  const auto progress = [&](Instant now) {
    line.show(fmt::format("{:.1f} s of virtual time", now.since_start().seconds()));
    return !interrupt.is_interrupted();
  };
  return run_experiment(request, sinks, progress, observers);
}

void invite(const DebuggerSession& session) {
  if (DebuggerSession::is_traced()) return;
  fmt::print(stderr, "waiting before the program's first instruction for a debugger, or for Enter:\n  {}\n",
             session.invitation());
}

void write_json(const std::string& path, nlohmann::ordered_json head, const RunOutcome& outcome) {
  JsonFile json(path);
  if (outcome.was_interrupted) head["interrupted"] = true;
  if (!write_run_json(json.handle(), std::move(head), outcome.metrics)) json.fail();
  json.close();
}

int run(const RunOptions& options, const GlobalOptions& global) {
  ProgramWatch watch;
  const RunPlan plan = make_plan(options, global, watch);
  const MachineViews views(options.views, plan.setting.machine);
  ClaimedOutputs claimed(outputs(options, views, global), inputs(options, plan));
  const InterruptWatch interrupt;
  if (!global.is_quiet) {
    print_notes(plan.setting.scenario.notes);
    print_notes(group_notes(plan.setting, {&plan.policy, 1}));
    print_notes(class_notes(plan.setting, {&plan.policy, 1}));
  }
  if (watch.debugger != nullptr) invite(*watch.debugger);
  const std::unique_ptr<RunOutcome> outcome = simulate(plan, options, global, views, interrupt, watch);
  const bool is_program = plan.setting.image.has_value();
  if (is_program) print_deaths(watch.ended.deaths());
  if (!global.is_quiet) {
    print_warnings(outcome->notes);
    print_warnings(views.missed());
  }
  if (global.prints_text()) {
    print_text(plan.setting, plan.policy, global.seed, *outcome, is_program ? watch.ended.summary() : "");
  }
  views.write(global);
  if (!global.json.empty()) {
    auto head = run_head(plan.setting, plan.policy, global.seed, outcome->trace_hash);
    if (is_program) watch.ended.add_to(head);
    if (outcome->stall) head["stalled"] = stall_json(*outcome->stall, watch.blocked);
    if (auto objects = views.kernel_memory_json(); !objects.is_null()) head["kernel_memory"] = std::move(objects);
    write_json(global.json, std::move(head), *outcome);
  }
  claimed.keep();
  if (outcome->stall) print_stall(*outcome->stall, watch.blocked);
  if (outcome->end == RunEnd::watchdog) {
    fmt::print(stderr, "watchdog: {} keeps calling, and no time passes\n", fmt::join(outcome->running, ", "));
  }
  if (interrupt.is_interrupted()) return status_interrupted;
  if (!is_sound(outcome->end)) return status_failure_found;
  const std::optional<WaitStatus> status = watch.ended.first_status();
  return options.answers_program && status ? shell_status(*status) : status_done;
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<RunOptions>();
  command
      .add_option(
          "SCENARIO", options->setting.scenario,
          "a scenario file, a shipped scenario, a program of `signalbox cc`, or a native program or generator as "
          "name:key=value,...")
      ->required();
  command.add_option("ARGS", options->setting.arguments, "behind --: arguments of a compiled program");
  command.add_flag("--paging", options->has_paging,
                   "a compiled program's pages are frames of the machine's RAM, which come by faults");
  command.add_flag("--exit-status", options->answers_program,
                   "answer with the first process's exit status, as a shell does (default: 0, however programs end)");
  command.add_flag("--gdb", options->waits_for_gdb,
                   "tell how to attach gdb, and wait for it before the compiled program begins");
  command.add_option("--policy", options->policy, "the scheduling policy, as name:key=value,...")
      ->capture_default_str();
  add_setting_options(command, options->setting);
  command.add_option("--until", options->until, "end then (default: the scenario's duration, or when all has ended)");
  command.add_option("--trace", options->traces, "write the trace; its ending chooses the format (`list exporters`)")
      ->allow_extra_args(false);  // a scenario may follow
  add_view_options(command, options->views);
  command.add_flag("--gantt", options->draws_gantt, "draw who ran when");
  return [options, &global] { return run(*options, global); };
}

}  // namespace

extern const Command run_command{
    "run", "one simulation: a summary, and traces in the format of your tools",
    "signalbox run video_call --policy round_robin:quantum=2ms --cpus 2 --gantt --trace call.ftrace", add};

}  // namespace signalbox
