#include "workloads/formats/rt_app_sched.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/nearest_word.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/task_groups.hpp"

namespace signalbox {
namespace {

struct ClassRow {
  std::string_view name;
  SchedClass sched_class;
};

constexpr std::uint8_t default_realtime_priority = 10;  // DEFAULT_THREAD_PRIORITY, rt-app src/rt-app_types.h
constexpr auto class_rows = std::to_array<ClassRow>({{"SCHED_OTHER", SchedClass::other},
                                                     {"SCHED_BATCH", SchedClass::batch},
                                                     {"SCHED_IDLE", SchedClass::idle},
                                                     {"SCHED_RR", SchedClass::round_robin},
                                                     {"SCHED_FIFO", SchedClass::fifo},
                                                     {"SCHED_DEADLINE", SchedClass::deadline}});

constexpr IntegerRange nice_range{min_nice, max_nice, "a nice value from -20 to 19"};
constexpr IntegerRange realtime_range{1, 99, "a real-time priority from 1 to 99"};
constexpr IntegerRange positive_range{1, longest_microseconds,
                                      "a whole number of microseconds from 1 to 1000000000000"};
// Linux clamps a custom slice to these, kernel/sched/syscalls.c, __setparam_fair.
constexpr Duration shortest_slice = 100_us;
constexpr Duration longest_slice = 100_ms;

bool is_realtime(SchedClass sched_class) {
  return sched_class == SchedClass::fifo || sched_class == SchedClass::round_robin;
}

std::string_view name_of_class(SchedClass sched_class) {
  for (const ClassRow& row : class_rows) {
    if (row.sched_class == sched_class) return row.name;
  }
  return {};
}

SchedAttributes class_default(SchedClass sched_class) {
  SchedAttributes attributes;
  attributes.sched_class = sched_class;
  if (is_realtime(sched_class)) attributes.realtime_priority = default_realtime_priority;
  return attributes;
}

void set_priority(SchedAttributes& attributes, const LooseMember& member, RtAppContext& context) {
  if (is_realtime(attributes.sched_class)) {
    attributes.realtime_priority = static_cast<std::uint8_t>(integer_of(member, realtime_range));
    return;
  }
  const auto nice = static_cast<std::int8_t>(integer_of(member, nice_range));
  if (attributes.sched_class == SchedClass::other || attributes.sched_class == SchedClass::batch) {
    attributes.nice = nice;
  } else if (nice != 0) {
    context.note(fmt::format("\"priority\" of a {} task has no effect: the class has none",
                             name_of_class(attributes.sched_class)));
  }
}

// The three keys of the reservation, under their names of today or else the names they had in a task's object.
struct Reservation {
  const LooseMember* runtime;
  const LooseMember* deadline;
  const LooseMember* period;
};

const LooseMember* either(const SortedKeys& keys, std::string_view name, std::string_view old_name) {
  const LooseMember* member = keys.find(name);
  return member != nullptr ? member : keys.find(old_name);
}

Reservation reservation_in(const SortedKeys& keys) {
  return {either(keys, "dl-runtime", "runtime"), either(keys, "dl-deadline", "deadline"),
          either(keys, "dl-period", "period")};
}

// Linux refuses it otherwise: sched(7), "sched_runtime <= sched_deadline <= sched_period".
void check_order(const SchedAttributes& attributes, const Reservation& asked) {
  if (attributes.deadline < attributes.runtime) {
    refuse_value(asked.deadline != nullptr ? *asked.deadline : *asked.period, "at least the runtime");
  }
  if (attributes.period >= attributes.deadline) return;
  if (asked.period != nullptr) refuse_value(*asked.period, "at least the deadline");
  refuse_value(*asked.deadline, "at most the period, which without \"dl-period\" is the runtime");
}

void set_reservation(SchedAttributes& attributes, const Reservation& asked) {
  attributes.runtime = microseconds_of(*asked.runtime, positive_range);
  attributes.period = asked.period != nullptr ? microseconds_of(*asked.period, positive_range) : attributes.runtime;
  attributes.deadline =
      asked.deadline != nullptr ? microseconds_of(*asked.deadline, positive_range) : attributes.period;
  check_order(attributes, asked);
}

// Outside SCHED_DEADLINE a runtime is a slice (Linux 6.12), and a deadline is a hint that policies like edf read.
void set_hints(SchedAttributes& attributes, const Reservation& asked, RtAppContext& context) {
  if (asked.runtime != nullptr) {
    const Duration slice = microseconds_of(*asked.runtime);
    attributes.runtime = slice == Duration() ? slice : std::clamp(slice, shortest_slice, longest_slice);
    if (attributes.runtime != slice) context.note("a custom slice is kept within 100 to 100000 us, as Linux does");
  }
  if (asked.period != nullptr) attributes.deadline = attributes.period = microseconds_of(*asked.period);
  if (asked.deadline != nullptr) attributes.deadline = microseconds_of(*asked.deadline);
  if (asked.period != nullptr && attributes.period < attributes.deadline) {
    refuse_value(*asked.period, "at least the deadline");
  }
}

void apply(SchedAttributes& attributes, const SortedKeys& keys, RtAppContext& context) {
  if (const LooseMember* member = keys.find("priority")) set_priority(attributes, *member, context);
  const Reservation asked = reservation_in(keys);
  if (attributes.sched_class != SchedClass::deadline) return set_hints(attributes, asked, context);
  if (asked.runtime != nullptr) return set_reservation(attributes, asked);
  const LooseMember* cause = asked.period != nullptr ? asked.period : asked.deadline;
  if (cause == nullptr) cause = keys.find("policy");
  if (cause == nullptr) return;  // a phase that leaves the reservation as it is
  throw InputError(cause->place, "SCHED_DEADLINE without a budget", "\"dl-runtime\" beside it");
}

}  // namespace

SchedClass sched_class_of(const LooseMember& member) {
  const std::string& name = name_of(member, "a policy such as \"SCHED_OTHER\"");
  std::vector<std::string_view> known;
  for (const ClassRow& row : class_rows) {
    if (row.name == name) return row.sched_class;
    known.push_back(row.name);
  }
  throw InputError(member.value.place, "unknown policy " + in_quotes(name),
                   fmt::format("one of {}; the nearest is {}", fmt::join(known, ", "), nearest_word(name, known)));
}

SchedAttributes task_attributes(const SortedKeys& keys, const SourcePlace& task, RtAppContext& context) {
  const LooseMember* policy = keys.find("policy");
  SchedAttributes attributes = class_default(policy != nullptr ? sched_class_of(*policy) : context.default_class);
  apply(attributes, keys, context);
  if (attributes.sched_class == SchedClass::deadline && attributes.runtime == Duration()) {
    throw InputError(policy != nullptr ? policy->place : task, "SCHED_DEADLINE without a budget",
                     "\"dl-runtime\" in the task");
  }
  return attributes;
}

std::optional<SchedAttributes> phase_attributes(const SortedKeys& keys, const SchedAttributes& before,
                                                RtAppContext& context) {
  constexpr auto changing =
      std::to_array<std::string_view>({"policy", "priority", "dl-runtime", "dl-period", "dl-deadline"});
  if (std::ranges::none_of(changing, [&keys](std::string_view key) { return keys.find(key) != nullptr; })) {
    return std::nullopt;
  }
  SchedAttributes attributes = before;
  if (const LooseMember* policy = keys.find("policy")) attributes = class_default(sched_class_of(*policy));
  apply(attributes, keys, context);
  return attributes;
}

std::optional<std::vector<CpuId>> cpus_of(const SortedKeys& keys) {
  const LooseMember* member = keys.find("cpus");
  if (member == nullptr) return std::nullopt;
  static_assert(max_cpus == 1024);
  std::vector<CpuId> cpus;
  for (const std::int64_t cpu : integers_of(*member, {0, max_cpus - 1, "the number of a CPU from 0 to 1023"})) {
    cpus.emplace_back(static_cast<CpuId::Value>(cpu));
  }
  return cpus;
}

std::optional<std::string> group_of(const SortedKeys& keys, SchedClass sched_class) {
  static constexpr const char* wanted = "a path such as \"/a/b\", or \"\"";
  const LooseMember* group = keys.find("taskgroup");
  if (group == nullptr || text_of(*group, wanted).empty()) return std::nullopt;
  if (!is_group_path(group->value.text) || has_control_character(group->value.text)) refuse_value(*group, wanted);
  if (is_realtime(sched_class) || sched_class == SchedClass::deadline) {
    throw InputError(group->place, fmt::format("a task group for a {} task", name_of_class(sched_class)),
                     "SCHED_OTHER, SCHED_BATCH or SCHED_IDLE, as in rt-app");
  }
  return group->value.text;
}

void check_ineffective_sched_keys(const SortedKeys& keys, RtAppContext& context) {
  for (const std::string_view key : {"nodes_membind", "membind_nodes"}) {
    const LooseMember* member = keys.find(key);
    if (member == nullptr) continue;
    integers_of(*member, {0, 1023, "the number of a memory node from 0 to 1023"});
    context.note(fmt::format("\"{}\" has no effect: memory is not emulated yet", key));
  }
  for (const std::string_view key : {"util_min", "util_max"}) {
    const LooseMember* member = keys.find(key);
    if (member == nullptr) continue;
    integer_of(*member, {-1, 1024, "a utilisation from 0 to 1024, or -1 for no change"});
    context.note(fmt::format("\"{}\" has no effect: no policy here clamps utilisation", key));
  }
}

}  // namespace signalbox
