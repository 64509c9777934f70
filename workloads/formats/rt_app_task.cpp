#include "workloads/formats/rt_app_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/formats/rt_app_event.hpp"
#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_sched.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {
namespace {

constexpr auto own_task_keys = std::to_array<std::string_view>(
    {"instance", "delay", "loop", "phases", "period", "deadline", "process", "program", "arguments", "oom_score_adj"});

constexpr IntegerRange instance_range{0, 4'194'304, "a whole number from 0 to 4194304"};       // PID_MAX_LIMIT of Linux
constexpr IntegerRange oom_score_adj_range{-1000, 1000, "a whole number from -1000 to 1000"};  // proc(5)
constexpr IntegerRange task_loop_range{-1, 0x7fffffff, "how often, up to 2147483647, or -1 for ever"};
constexpr IntegerRange phase_loop_range{1, 0x7fffffff, "how often, from 1 to 2147483647, or -1 for ever"};

std::vector<std::string_view> with_sched_keys(std::span<const std::string_view> own) {
  std::vector<std::string_view> keys(own.begin(), own.end());
  keys.insert(keys.end(), sched_keys.begin(), sched_keys.end());
  return keys;
}

const LooseMember* find_key(const LooseValue& object, std::string_view key) {
  const auto found = std::ranges::find(object.members, key, &LooseMember::key);
  return found == object.members.end() ? nullptr : &*found;
}

// "runtime" in a task is the event, but the reservation's old name where events cannot stand, or where a
// SCHED_DEADLINE task has no other budget. (rt-app takes the latter for both at once.)
bool means_reservation(const LooseValue& task, const RtAppContext& context) {
  if (find_key(task, "phases") != nullptr) return true;
  if (find_key(task, "dl-runtime") != nullptr) return false;
  const LooseMember* policy = find_key(task, "policy");
  return (policy != nullptr ? sched_class_of(*policy) : context.default_class) == SchedClass::deadline;
}

SortedKeys sort_task_keys(const LooseValue& task, RtAppContext& context) {
  std::vector<std::string_view> settings = with_sched_keys(own_task_keys);
  if (means_reservation(task, context)) {
    settings.emplace_back("runtime");
    if (find_key(task, "runtime") != nullptr && find_key(task, "phases") == nullptr) {
      context.note("\"runtime\" of a SCHED_DEADLINE task without \"dl-runtime\" is its budget, not an event as well");
    }
  }
  return {task, {.owner = "a task", .settings = settings, .events = Events::allowed}};
}

std::int64_t phase_loop_of(const LooseMember& member) {
  const bool is_for_ever = member.value.kind == LooseValue::Kind::number && member.value.text == "-1";
  return is_for_ever ? -1 : integer_of(member, phase_loop_range);
}

void read_events(const SortedKeys& keys, const std::string& task, Phase& phase) {
  for (const LooseMember* event : keys.events()) phase.events.push_back(read_rt_app_event(*event, task));
}

[[noreturn]] void refuse_empty(const LooseMember& member) {
  throw InputError(member.place, in_quotes(member.key) + " has no events", "at least one event, such as \"run\"");
}

Phase read_phase(const LooseMember& member, const std::string& task, SchedAttributes& before, RtAppContext& context) {
  constexpr auto own_keys = std::to_array<std::string_view>({"loop"});
  const std::vector<std::string_view> settings = with_sched_keys(own_keys);
  const SortedKeys keys(object_of(member), {.owner = "a phase", .settings = settings, .events = Events::allowed});
  Phase phase;
  phase.name = member.key;
  if (const LooseMember* loop = keys.find("loop")) phase.loop = phase_loop_of(*loop);
  phase.sched.attributes = phase_attributes(keys, before, context);
  phase.sched.cpus = cpus_of(keys);
  before = phase.sched.attributes.value_or(before);
  phase.sched.group = group_of(keys, before.sched_class);
  check_ineffective_sched_keys(keys, context);
  read_events(keys, task, phase);
  if (phase.events.empty()) refuse_empty(member);
  return phase;
}

// A phase without CPUs of its own runs on the task's, not on those of the phase before it (rt-app, src/rt-app.c,
// set_thread_affinity); a Phase that names nothing stays where it was, so each says it where one does.
void inherit_cpus(Task& task) {
  const auto names_cpus = [](const Phase& phase) { return phase.sched.cpus.has_value(); };
  if (std::ranges::none_of(task.phases, names_cpus)) return;
  for (Phase& phase : task.phases) {
    if (!names_cpus(phase)) phase.sched.cpus = task.sched.cpus.value_or(std::vector<CpuId>{});
  }
}

void read_phases(const LooseMember& phases, SchedAttributes attributes, Task& task, RtAppContext& context) {
  for (const LooseMember& phase : object_of(phases).members) {
    task.phases.push_back(read_phase(phase, task.name, attributes, context));
  }
  if (task.phases.empty()) throw InputError(phases.place, "\"phases\" holds none", "at least one phase");
  inherit_cpus(task);
}

// Events beside the settings are the only phase; then "loop" is that phase's (rt-app, parse_task_data).
void read_inline_phase(const SortedKeys& keys, const LooseMember& member, Task& task) {
  Phase& phase = task.phases.emplace_back();
  phase.name = task.name;
  if (const LooseMember* loop = keys.find("loop")) {
    phase.loop = phase_loop_of(*loop);
    task.loop = 1;
  }
  read_events(keys, task.name, phase);
  if (phase.events.empty()) refuse_empty(member);
}

// Such a task would never let virtual time pass.
void check_takes_time(const LooseMember& member, const Task& task) {
  const auto is_idle = [](const ScriptEvent& event) {
    return !takes_time_or_waits(event.action) && !std::holds_alternative<YieldEvent>(event.action);
  };
  const auto is_idle_phase = [&](const Phase& phase) { return std::ranges::all_of(phase.events, is_idle); };
  const bool spins =
      std::ranges::any_of(task.phases, [&](const Phase& phase) { return phase.loop == -1 && is_idle_phase(phase); });
  if (!spins && (task.loop != -1 || !std::ranges::all_of(task.phases, is_idle_phase))) return;
  throw InputError(member.place, in_quotes(member.key) + " repeats for ever without taking time",
                   "an event that computes, sleeps or waits, or a finite \"loop\"");
}

void refuse_beside(const SortedKeys& keys, const char* setting, const char* owner) {
  if (const LooseMember* member = keys.find(setting)) {
    throw InputError(member->place, fmt::format("\"{}\" beside \"{}\"", setting, owner), "only one of them");
  }
}

void refuse_events(const SortedKeys& keys, const char* owner) {
  if (keys.events().empty()) return;
  const LooseMember& first = *keys.events().front();
  throw InputError(first.place, fmt::format("the event {} beside \"{}\"", in_quotes(first.key), owner),
                   "only one of them");
}

void check_name(const LooseMember& member) {
  if (member.key.empty()) throw InputError(member.place, "a task without a name", "a name between the quotes");
  if (!has_control_character(member.key)) return;
  throw InputError(member.place, "the task name " + in_quotes(member.key), "no control character in a name");
}

std::string argument_text(const LooseMember& member) {
  const bool is_scalar = member.value.kind == LooseValue::Kind::string ||
                         member.value.kind == LooseValue::Kind::number || member.value.text == "true" ||
                         member.value.text == "false";
  if (!is_scalar) refuse_value(member, "a number, a string, true or false");
  return member.value.text;
}

ProgramCall read_program(const SortedKeys& keys, const LooseMember& program) {
  ProgramCall call;
  call.name = name_of(program, "the name of a native program");
  call.place = program.value.place;
  const LooseMember* arguments = keys.find("arguments");
  if (arguments == nullptr) return call;
  for (const LooseMember& argument : object_of(*arguments).members) {
    call.places.emplace(argument.key, argument.place);
    if (call.arguments.emplace(argument.key, argument_text(argument)).second) continue;
    throw InputError(argument.place, in_quotes(argument.key) + " is already set", "each argument once");
  }
  return call;
}

void read_behaviour(const SortedKeys& keys, const LooseMember& member, const SchedAttributes& attributes, Task& task,
                    RtAppContext& context) {
  if (const LooseMember* program = keys.find("program")) {
    refuse_beside(keys, "phases", "program");
    refuse_beside(keys, "loop", "program");
    refuse_events(keys, "program");
    task.loop = 1;
    task.program = read_program(keys, *program);
    return;
  }
  if (const LooseMember* arguments = keys.find("arguments")) {
    throw InputError(arguments->place, "\"arguments\" without a program", "\"program\" beside it");
  }
  if (const LooseMember* phases = keys.find("phases")) {
    refuse_events(keys, "phases");
    if (const LooseMember* loop = keys.find("loop")) task.loop = integer_of(*loop, task_loop_range);
    read_phases(*phases, attributes, task, context);
  } else {
    read_inline_phase(keys, member, task);
  }
  check_takes_time(member, task);
}

}  // namespace

Task read_rt_app_task(const LooseMember& member, RtAppContext& context) {
  check_name(member);
  const SortedKeys keys = sort_task_keys(object_of(member), context);
  Task task;
  task.name = member.key;
  task.place = member.place;
  if (const LooseMember* instance = keys.find("instance")) task.instances = integer_of(*instance, instance_range);
  if (const LooseMember* delay = keys.find("delay")) task.delay = microseconds_of(*delay);
  if (const LooseMember* process = keys.find("process")) task.process = name_of(*process, "the name of a process");
  if (const LooseMember* adjustment = keys.find("oom_score_adj")) {
    task.oom_score_adj = static_cast<std::int16_t>(integer_of(*adjustment, oom_score_adj_range));
  }
  const SchedAttributes attributes = task_attributes(keys, member.place, context);
  if (attributes != SchedAttributes{}) task.sched.attributes = attributes;
  task.sched.cpus = cpus_of(keys);
  task.sched.group = group_of(keys, attributes.sched_class);
  check_ineffective_sched_keys(keys, context);
  read_behaviour(keys, member, attributes, task, context);
  return task;
}

}  // namespace signalbox
