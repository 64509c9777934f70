#include "workloads/formats/rt_app_global.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/base/nearest_word.hpp"
#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_memory.hpp"
#include "workloads/formats/rt_app_sched.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {
namespace {

constexpr auto global_keys = std::to_array<std::string_view>(
    {"duration", "calibration", "default_policy", "pi_enabled", "lock_pages", "logdir", "log_basename", "log_size",
     "ftrace", "gnuplot", "io_device", "mem_buffer_size", "cumulative_slack", "frag", "fragment", "machine"});
constexpr auto ftrace_categories =
    std::to_array<std::string_view>({"main", "task", "run", "loop", "event", "stats", "attrs", "none"});
constexpr auto resource_types = std::to_array<std::string_view>(
    {"mutex", "wait", "signal", "broadcast", "sync", "timer", "sleep", "run", "barrier", "semaphore"});

constexpr IntegerRange duration_range{-1, 1'000'000'000,
                                      "a whole number of seconds up to 1000000000, or -1 to run until all tasks end"};

// A key without effect here: how to check its value, and why it has none. The check says whether the value asks for
// anything at all: a false or a "none" needs no note.
struct IneffectiveKey {
  std::string_view name;
  bool (*asks)(const LooseMember&);
  const char* why;
};

bool is_number(const LooseMember& member) { return member.value.kind == LooseValue::Kind::number; }

bool asks_by_text(const LooseMember& member) { return !text_of(member, "a string").empty(); }

bool asks_for_calibration(const LooseMember& member) {
  constexpr auto expected = "\"CPU\" and a number, or a number of nanoseconds per loop";
  if (is_number(member)) return integer_of(member, {1, 1'000'000'000, expected}) > 0;
  const std::string& text = text_of(member, expected);
  const bool has_digits = text.size() > 3 && text.find_first_not_of("0123456789", 3) == std::string::npos;
  if (!text.starts_with("CPU") || !has_digits) refuse_value(member, expected);
  return true;
}

bool asks_for_log_size(const LooseMember& member) {
  constexpr auto expected = "\"file\", \"disable\", \"auto\" or a number of MiB";
  if (is_number(member)) return integer_of(member, {0, 1 << 20, expected}) > 0;
  const std::string& text = text_of(member, expected);
  const bool is_known = text == "file" || text == "disable" || text == "Disable" || text == "auto" || text == "Auto";
  if (!is_known) refuse_value(member, expected);
  return text.ends_with("isable") == false;
}

bool asks_for_ftrace(const LooseMember& member) {
  if (member.value.kind == LooseValue::Kind::word) return boolean_of(member);  // as before rt-app 1.0
  std::string_view rest = text_of(member, "categories such as \"main,task,loop\", or \"none\"");
  bool asks = false;
  while (!rest.empty()) {
    const std::string_view category = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), category.size() + 1));
    if (std::ranges::find(ftrace_categories, category) == ftrace_categories.end()) {
      refuse_value(member, fmt::format("categories out of {}", fmt::join(ftrace_categories, ", ")));
    }
    asks = asks || category != "none";
  }
  return asks;
}

bool asks_for_fragments(const LooseMember& member) {
  return integer_of(member, {1, 1'000'000, "a whole number from 1 to 1000000"}) > 1;
}

constexpr auto no_log_files = "no log files are written; the traces hold what they would";
constexpr auto ineffective_keys = std::to_array<IneffectiveKey>({
    {"calibration", asks_for_calibration, "emulated CPUs need none; \"run\" is time at full capacity"},
    {"lock_pages", boolean_of, "memory is not emulated yet"},
    {"logdir", asks_by_text, no_log_files},
    {"log_basename", asks_by_text, no_log_files},
    {"log_size", asks_for_log_size, no_log_files},
    {"gnuplot", boolean_of, no_log_files},
    {"ftrace", asks_for_ftrace, "what is traced is the command line's choice"},
    {"cumulative_slack", boolean_of, "slack is reported for each activation"},
    {"frag", asks_for_fragments, "rt-app itself no longer reads it"},
    {"fragment", asks_for_fragments, "rt-app itself no longer reads it"},
});

void read_resource(const LooseMember& member, RtAppContext& context) {
  constexpr auto keys_of_resource = std::to_array<std::string_view>({"type", "value"});
  const SortedKeys keys(object_of(member), {.owner = "a resource", .settings = keys_of_resource});
  const LooseMember* type = keys.find("type");
  const LooseMember* value = keys.find("value");
  const std::string& name = type != nullptr ? name_of(*type, "the type of a resource, such as \"mutex\"") : "mutex";
  if (std::ranges::find(resource_types, name) == resource_types.end()) {
    refuse_value(*type, fmt::format("one of {}; the nearest is {}", fmt::join(resource_types, ", "),
                                    nearest_word(name, resource_types)));
  }
  if (value == nullptr) return;
  if (name != "semaphore") throw InputError(value->place, "\"value\" of a " + name, "it in a semaphore only");
  context.scenario.semaphores[member.key] =
      integer_of(*value, {0, 0x7fffffff, "a whole number from 0 to 2147483647"});  // SEM_VALUE_MAX
}

}  // namespace

void read_rt_app_global(const LooseMember& global, RtAppContext& context) {
  const SortedKeys keys(object_of(global), {.owner = "\"global\"", .settings = global_keys});
  if (const LooseMember* duration = keys.find("duration")) {
    const std::int64_t seconds = integer_of(*duration, duration_range);
    if (seconds > 0) context.scenario.duration = Duration(seconds * 1'000'000'000);  // 0 is -1 in rt-app, main()
  }
  if (const LooseMember* policy = keys.find("default_policy")) context.default_class = sched_class_of(*policy);
  if (const LooseMember* inherits = keys.find("pi_enabled")) context.scenario.inherits_priority = boolean_of(*inherits);
  if (const LooseMember* machine = keys.find("machine")) {
    context.scenario.machine = name_of(*machine, "the name of a machine or of a machine file");
    context.scenario.machine_place = machine->value.place;
  }
  if (const LooseMember* size = keys.find("mem_buffer_size")) context.scenario.memory_buffer = memory_buffer_of(*size);
  if (const LooseMember* device = keys.find("io_device")) context.scenario.io_device = name_of(*device, "a path");
  for (const IneffectiveKey& key : ineffective_keys) {
    const LooseMember* member = keys.find(key.name);
    if (member != nullptr && key.asks(*member)) {
      context.note(fmt::format("\"{}\" has no effect: {}", key.name, key.why));
    }
  }
}

void read_rt_app_resources(const LooseMember& resources, RtAppContext& context) {
  if (is_number(resources)) {  // before rt-app 1.0: how many mutexes there are
    integer_of(resources, {0, 1'000'000, "an object in braces, or how many mutexes there are"});
    return;
  }
  for (const LooseMember& resource : object_of(resources).members) read_resource(resource, context);
}

}  // namespace signalbox
