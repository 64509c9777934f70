#include "workloads/formats/rt_app_writer.hpp"

#include <fmt/format.h>

#include <map>

#include "kernel/base/check.hpp"
#include "kernel/base/time_text.hpp"
#include "workloads/formats/json_object_text.hpp"

namespace signalbox {
namespace {

// Behind the braces of "tasks", of a task, and of "phases".
constexpr std::size_t task_indent = 4;
constexpr std::size_t phase_indent = 8;

std::int64_t microseconds(Duration time, const SourcePlace& place) {
  if (time % 1_us == Duration()) return time / 1_us;
  throw InputError(place, fmt::format("a time of {}", time_text(time)),
                   "whole microseconds, which is all that rt-app's files hold");
}

std::string_view name_of_class(SchedClass sched_class) {
  switch (sched_class) {
    using enum SchedClass;
    case other:
      return "SCHED_OTHER";
    case fifo:
      return "SCHED_FIFO";
    case round_robin:
      return "SCHED_RR";
    case batch:
      return "SCHED_BATCH";
    case idle:
      return "SCHED_IDLE";
    case deadline:
      return "SCHED_DEADLINE";
  }
  return {};
}

// All of them, so that a phase inherits nothing from the one before it.
void add_attributes(JsonObjectText& object, const SchedAttributes& attributes, const SourcePlace& place) {
  using enum SchedClass;
  const SchedClass kind = attributes.sched_class;
  object.add("policy", json_string(name_of_class(kind)));
  if (kind == fifo || kind == round_robin) object.add("priority", attributes.realtime_priority);
  if ((kind == other || kind == batch) && attributes.nice != 0) object.add("priority", attributes.nice);
  if (attributes.runtime != Duration()) object.add("dl-runtime", microseconds(attributes.runtime, place));
  if (attributes.deadline != attributes.period) object.add("dl-deadline", microseconds(attributes.deadline, place));
  if (attributes.period != Duration()) object.add("dl-period", microseconds(attributes.period, place));
}

// An empty list is what a phase has that names no CPUs where others do, and so need not be written.
void add_sched(JsonObjectText& object, const SchedRequest& sched, const SourcePlace& place) {
  if (sched.attributes) add_attributes(object, *sched.attributes, place);
  if (sched.group) object.add("taskgroup", json_string(*sched.group));
  if (!sched.cpus || sched.cpus->empty()) return;
  std::vector<unsigned> numbers;
  for (const CpuId cpu : *sched.cpus) numbers.push_back(cpu.value());
  object.add("cpus", fmt::format("[{}]", fmt::join(numbers, ", ")));
}

// An event as a member: its key without a number, its value as written.
struct EventText {
  std::string_view key;
  std::string value;
};

std::string on_condition(std::string_view condition, std::string_view mutex) {
  return fmt::format("{{\"ref\": {}, \"mutex\": {}}}", json_string(condition), json_string(mutex));
}

std::string written_timer(const TimerEvent& event, const SourcePlace& place) {
  CHECK(event.is_per_instance == event.timer.starts_with("unique"), "that is how a timer's name says it");
  return fmt::format("{{\"ref\": {}, \"period\": {}{}}}", json_string(event.timer), microseconds(event.period, place),
                     event.mode == TimerMode::absolute ? ", \"mode\": \"absolute\"" : "");
}

std::string_view name_of_work(BufferWork work) {
  switch (work) {
    case BufferWork::write:
      return "write";
    case BufferWork::read:
      return "read";
    case BufferWork::chase:
      return "chase";
  }
  return {};
}

std::string_view name_of_pattern(AccessPattern pattern) {
  return pattern == AccessPattern::random ? "random" : "sequential";
}

std::string written_memory_run(const MemoryRunEvent& event) {
  std::string text =
      fmt::format(R"({{"type": "{}", "size": {}, "count": {})", name_of_work(event.work), event.size, event.count);
  if (event.work == BufferWork::chase) {
    text += fmt::format(R"(, "stride": {}, "pattern": "{}")", event.stride, name_of_pattern(event.pattern));
  }
  if (!event.buffer.empty()) text += fmt::format(R"(, "ref": {})", json_string(event.buffer));
  return text + "}";
}

class EventWriter {
 public:
  explicit EventWriter(const SourcePlace& place) : place_(place) {}

  EventText operator()(const RunEvent& event) const { return timed("run", event.duration); }
  EventText operator()(const RuntimeEvent& event) const { return timed("runtime", event.duration); }
  EventText operator()(const SleepEvent& event) const { return timed("sleep", event.duration); }
  EventText operator()(const TimerEvent& event) const { return {"timer", written_timer(event, place_)}; }
  EventText operator()(const LockEvent& event) const { return {"lock", json_string(event.mutex)}; }
  EventText operator()(const UnlockEvent& event) const { return {"unlock", json_string(event.mutex)}; }
  EventText operator()(const WaitEvent& event) const { return {"wait", on_condition(event.condition, event.mutex)}; }
  EventText operator()(const SignalEvent& event) const { return {"signal", json_string(event.condition)}; }
  EventText operator()(const BroadcastEvent& event) const { return {"broad", json_string(event.condition)}; }
  EventText operator()(const SyncEvent& event) const { return {"sync", on_condition(event.condition, event.mutex)}; }
  EventText operator()(const BarrierEvent& event) const { return {"barrier", json_string(event.barrier)}; }
  EventText operator()(const SuspendEvent& event) const { return {"suspend", json_string(event.task)}; }
  EventText operator()(const ResumeEvent& event) const { return {"resume", json_string(event.task)}; }
  EventText operator()(const SemaphorePostEvent& event) const { return {"sem_post", json_string(event.semaphore)}; }
  EventText operator()(const SemaphoreWaitEvent& event) const { return {"sem_wait", json_string(event.semaphore)}; }
  EventText operator()(const YieldEvent&) const { return {"yield", "\"\""}; }
  EventText operator()(const ForkEvent& event) const { return {"fork", json_string(event.task)}; }
  EventText operator()(const ExitEvent&) const { return {"exit", "\"\""}; }
  EventText operator()(const MemsetEvent& event) const { return {"mem", std::to_string(event.bytes)}; }
  EventText operator()(const IoRunEvent& event) const { return {"iorun", std::to_string(event.bytes)}; }
  EventText operator()(const MemoryRunEvent& event) const { return {"memrun", written_memory_run(event)}; }
  EventText operator()(const TouchEvent& event) const {
    return {"touch",
            fmt::format("{{\"bytes\": {}, \"pattern\": \"{}\"}}", event.bytes, name_of_pattern(event.pattern))};
  }
  EventText operator()(const MallocEvent& event) const {
    return {"malloc", fmt::format(R"({{"bytes": {}, "count": {}, "ref": {}}})", event.bytes, event.count,
                                  json_string(event.ref))};
  }
  EventText operator()(const FreeEvent& event) const {
    return {"free", fmt::format(R"({{"count": {}, "ref": {}}})", event.count, json_string(event.ref))};
  }
  [[noreturn]] EventText operator()(const RecordingEvent&) const {
    throw InputError(place_, "a recorded thread", "a thread whose events were written, not recorded");
  }

 private:
  EventText timed(std::string_view key, Duration time) const {
    return {key, std::to_string(microseconds(time, place_))};
  }

  const SourcePlace& place_;
};

// Keys that come again are numbered from 0.
void add_events(JsonObjectText& object, const std::vector<ScriptEvent>& events) {
  std::vector<EventText> texts;
  std::map<std::string_view, int> times;
  for (const ScriptEvent& event : events) {
    texts.push_back(std::visit(EventWriter(event.place), event.action));
    ++times[texts.back().key];
  }
  std::map<std::string_view, int> numbers;
  for (const EventText& text : texts) {
    const bool comes_again = times[text.key] > 1;
    object.add(comes_again ? fmt::format("{}{}", text.key, numbers[text.key]++) : std::string(text.key), text.value);
  }
}

// Whether events beside the settings say the same (rt_app_task.cpp, read_inline_phase).
bool is_inline(const Task& task) {
  if (task.phases.size() != 1) return false;
  const Phase& phase = task.phases.front();
  return phase.name == task.name && !phase.sched.attributes && !phase.sched.cpus && !phase.sched.group &&
         (task.loop == 1 || (task.loop == -1 && phase.loop == 1));
}

std::string written_phases(const Task& task) {
  JsonObjectText phases;
  for (const Phase& phase : task.phases) {
    JsonObjectText object;
    if (phase.loop != 1) object.add("loop", phase.loop);
    add_sched(object, phase.sched, task.place);
    add_events(object, phase.events);
    phases.add(phase.name, object.filled(phase_indent));
  }
  return phases.listed(phase_indent - 2);
}

void add_program(JsonObjectText& object, const ProgramCall& call) {
  object.add("program", json_string(call.name));
  if (call.arguments.empty()) return;
  JsonObjectText arguments;
  for (const auto& [name, value] : call.arguments) arguments.add(name, json_string(value));
  object.add("arguments", arguments.filled(task_indent + 2));
}

std::string written_task(const Task& task) {
  JsonObjectText object;
  if (task.instances != 1) object.add("instance", task.instances);
  if (task.delay != Duration()) object.add("delay", microseconds(task.delay, task.place));
  if (!task.process.empty()) object.add("process", json_string(task.process));
  if (task.oom_score_adj) object.add("oom_score_adj", *task.oom_score_adj);
  add_sched(object, task.sched, task.place);
  if (task.program) {
    add_program(object, *task.program);
  } else if (is_inline(task)) {
    if (task.loop == 1) object.add("loop", task.phases.front().loop);
    add_events(object, task.phases.front().events);
  } else {
    if (task.loop != -1) object.add("loop", task.loop);
    object.add("phases", written_phases(task));
    return object.listed(task_indent);
  }
  return object.filled(task_indent);
}

}  // namespace

std::string write_rt_app(const Scenario& scenario) {
  JsonObjectText root;
  JsonObjectText global;
  if (scenario.duration) {
    const SourcePlace place{.file = scenario.name};
    if (*scenario.duration % 1_s != Duration()) {
      throw InputError(place, fmt::format("a duration of {}", time_text(*scenario.duration)),
                       "whole seconds, which is all that rt-app's files hold");
    }
    global.add("duration", *scenario.duration / 1_s);
  }
  if (scenario.inherits_priority) global.add("pi_enabled", "true");
  if (!scenario.machine.empty()) global.add("machine", json_string(scenario.machine));
  if (scenario.io_device != default_io_device) global.add("io_device", json_string(scenario.io_device));
  if (scenario.memory_buffer != default_memory_buffer) {
    global.add("mem_buffer_size", std::to_string(scenario.memory_buffer));
  }
  if (!global.empty()) root.add("global", global.filled(2));

  JsonObjectText resources;
  for (const auto& [name, value] : scenario.semaphores) {
    resources.add(name, fmt::format(R"({{"type": "semaphore", "value": {}}})", value));
  }
  if (!resources.empty()) root.add("resources", resources.listed(2));

  JsonObjectText tasks;
  for (const Task& task : scenario.tasks) tasks.add(task.name, written_task(task));
  root.add("tasks", tasks.listed(2));
  return root.listed(0) + "\n";
}

}  // namespace signalbox
