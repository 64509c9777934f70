#include "workloads/formats/rt_app_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/base/check.hpp"
#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_memory.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {
namespace {

using Reading = ScriptAction (*)(const LooseMember&, const std::string& task);

template <class Event>
ScriptAction timed(const LooseMember& member, const std::string&) {
  return Event{microseconds_of(member)};
}

template <class Event>
ScriptAction named(const LooseMember& member, const std::string&) {
  return Event{name_of(member, "a name in double quotes")};
}

// A "suspend" that stands alone waits for its own task's name, as workgen of rt-app fills it in.
ScriptAction suspend(const LooseMember& member, const std::string& task) {
  if (member.value.kind == LooseValue::Kind::nothing) return SuspendEvent{task};
  const std::string& name = text_of(member, "the name to be resumed by, or no value for the task's own");
  return SuspendEvent{name.empty() ? task : name};
}

// Events whose value means nothing: none, or any string.
template <class Event>
ScriptAction bare(const LooseMember& member, const std::string&) {
  if (member.value.kind != LooseValue::Kind::nothing) text_of(member, "no value or \"\"");
  return Event{};
}

template <class Event>
ScriptAction on_condition(const LooseMember& member, const std::string&) {
  constexpr auto names = std::to_array<std::string_view>({"ref", "mutex"});
  const SortedKeys keys(object_of(member), {.owner = "a wait or sync event", .settings = names});
  return Event{name_of(keys.required("ref", member), "the name of a condition variable"),
               name_of(keys.required("mutex", member), "the name of a mutex")};
}

ScriptAction timer(const LooseMember& member, const std::string&) {
  constexpr auto names = std::to_array<std::string_view>({"ref", "period", "mode"});
  const SortedKeys keys(object_of(member), {.owner = "a timer event", .settings = names});
  TimerEvent event;
  event.timer = name_of(keys.required("ref", member), "the name of a timer");
  event.period = microseconds_of(keys.required("period", member));
  event.is_per_instance = event.timer.starts_with("unique");
  if (const LooseMember* mode = keys.find("mode")) {
    const std::string& text = text_of(*mode, "\"relative\" or \"absolute\"");
    if (text != "relative" && text != "absolute") refuse_value(*mode, "\"relative\" or \"absolute\"");
    event.mode = text == "absolute" ? TimerMode::absolute : TimerMode::relative;
  }
  return event;
}

// Events that are the same whatever task they are of.
template <ScriptAction (*read)(const LooseMember&)>
ScriptAction unnamed(const LooseMember& member, const std::string&) {
  return read(member);
}

struct EventRow {
  std::string_view name;
  Reading read;            // nullptr: not built yet
  const char* needs = "";  // then this is missing
};

constexpr auto event_rows = std::to_array<EventRow>({
    {"run", timed<RunEvent>},
    {"runtime", timed<RuntimeEvent>},
    {"sleep", timed<SleepEvent>},
    {"timer", timer},
    {"lock", named<LockEvent>},
    {"unlock", named<UnlockEvent>},
    {"wait", on_condition<WaitEvent>},
    {"signal", named<SignalEvent>},
    {"broad", named<BroadcastEvent>},
    {"sync", on_condition<SyncEvent>},
    {"barrier", named<BarrierEvent>},
    {"suspend", suspend},
    {"resume", named<ResumeEvent>},
    {"sem_post", named<SemaphorePostEvent>},
    {"sem_wait", named<SemaphoreWaitEvent>},
    {"yield", bare<YieldEvent>},
    {"fork", named<ForkEvent>},
    {"exit", bare<ExitEvent>},
    {"mem", unnamed<read_memset>},
    {"iorun", unnamed<read_io_run>},
    {"memrun", unnamed<read_memory_run>},
    {"touch", unnamed<read_touch>},
    {"malloc", unnamed<read_malloc>},
    {"free", unnamed<read_free>},
    {"shm_touch", nullptr, "shared memory"},
    {"io", nullptr, "I/O devices"},
    {"pipe_read", nullptr, "pipes"},
    {"pipe_write", nullptr, "pipes"},
    {"mq_send", nullptr, "message queues"},
    {"mq_receive", nullptr, "message queues"},
    {"sock_send", nullptr, "sockets"},
    {"sock_recv", nullptr, "sockets"},
    {"kill", nullptr, "signals"},
});

bool has_duration(Duration duration) { return duration > Duration(); }

}  // namespace

ScriptEvent read_rt_app_event(const LooseMember& member, const std::string& task) {
  const std::string_view name = event_of_key(member.key);
  const auto* row = std::ranges::find(event_rows, name, &EventRow::name);
  CHECK(row != event_rows.end(), "every event name has a row");
  if (row->read == nullptr) {
    throw InputError(
        member.place,
        fmt::format("{} needs {}, which this version does not emulate yet", in_quotes(member.key), row->needs),
        "an event such as run, sleep, timer, lock or suspend");
  }
  return {row->read(member, task), member.place};
}

bool takes_time_or_waits(const ScriptAction& action) {
  if (const auto* run = std::get_if<RunEvent>(&action)) return has_duration(run->duration);
  if (const auto* runtime = std::get_if<RuntimeEvent>(&action)) return has_duration(runtime->duration);
  if (const auto* sleep = std::get_if<SleepEvent>(&action)) return has_duration(sleep->duration);
  if (const auto* tick = std::get_if<TimerEvent>(&action)) return has_duration(tick->period);
  if (const auto* memset = std::get_if<MemsetEvent>(&action)) return memset->bytes > 0;
  if (const auto* io = std::get_if<IoRunEvent>(&action)) return io->bytes > 0;
  if (const auto* work = std::get_if<MemoryRunEvent>(&action)) return work->count > 0;
  if (const auto* touch = std::get_if<TouchEvent>(&action)) return touch->bytes > 0;
  if (const auto* allocation = std::get_if<MallocEvent>(&action)) return allocation->count > 0;
  return std::holds_alternative<WaitEvent>(action) || std::holds_alternative<SyncEvent>(action) ||
         std::holds_alternative<BarrierEvent>(action) || std::holds_alternative<SuspendEvent>(action) ||
         std::holds_alternative<SemaphoreWaitEvent>(action) || std::holds_alternative<ExitEvent>(action);
}

}  // namespace signalbox
