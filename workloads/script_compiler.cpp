#include "workloads/script_compiler.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"
#include "workloads/script_bursts.hpp"

namespace signalbox {

// Appends the steps of one event after the other; called by std::visit.
class EventCompiler {
 public:
  EventCompiler(const ScriptCompiler& compiler, const Task& task, Script& script)
      : compiler_(compiler), objects_(compiler.objects_), task_(&task), script_(script) {}

  void compile(const ScriptEvent& event) {
    place_ = &event.place;
    std::visit(*this, event.action);
  }

  void compile(const SchedRequest& sched, const SourcePlace& place) {
    place_ = &place;
    if (sched.attributes) {
      add({.op = ScriptOp::set_scheduler, .object = number_of(*sched.attributes)});
    }
    if (sched.cpus) {
      add({.op = ScriptOp::set_affinity, .object = static_cast<std::uint32_t>(script_.affinities.size())});
      script_.affinities.push_back(compiler_.affinity(*sched.cpus));
    }
    if (sched.group) add({.op = ScriptOp::set_group, .object = compiler_.group(*sched.group).value()});
  }

  void operator()(const RunEvent& event) { add({.op = ScriptOp::run, .duration = event.duration}); }
  void operator()(const RuntimeEvent& event) { add({.op = ScriptOp::runtime, .duration = event.duration}); }
  void operator()(const SleepEvent& event) { add({.op = ScriptOp::sleep, .duration = event.duration}); }
  void operator()(const TimerEvent& event) {
    add({.op = event.is_per_instance ? ScriptOp::instance_timer : ScriptOp::timer,
         .is_absolute = event.mode == TimerMode::absolute,
         .object = event.is_per_instance ? instance_timers_.number_of(event.timer) : objects_.timer_number(event.timer),
         .duration = event.period});
    if (event.is_per_instance) script_.instance_timers = std::max(script_.instance_timers, last().object + 1);
  }
  void operator()(const LockEvent& event) { lock(event.mutex); }
  void operator()(const UnlockEvent& event) { unlock(event.mutex); }
  void operator()(const WaitEvent& event) { wait(event.condition, event.mutex); }
  void operator()(const SignalEvent& event) { signal(ScriptOp::signal, event.condition); }
  void operator()(const BroadcastEvent& event) { signal(ScriptOp::broadcast, event.condition); }
  void operator()(const SyncEvent& event) {
    signal(ScriptOp::signal, event.condition);
    wait(event.condition, event.mutex);
  }
  void operator()(const BarrierEvent& event) {
    add({.op = ScriptOp::barrier, .object = objects_.barrier_number(event.barrier)});
  }
  void operator()(const SuspendEvent& event) {
    lock(event.task);
    wait(event.task, event.task);
    unlock(event.task);
  }
  void operator()(const ResumeEvent& event) {
    lock(event.task);
    signal(ScriptOp::broadcast, event.task);
    unlock(event.task);
  }
  void operator()(const SemaphorePostEvent& event) {
    add({.op = ScriptOp::post, .object = objects_.semaphore_number(event.semaphore)});
  }
  void operator()(const SemaphoreWaitEvent& event) {
    add({.op = ScriptOp::acquire, .object = objects_.semaphore_number(event.semaphore)});
  }
  void operator()(const YieldEvent&) { add({.op = ScriptOp::yield}); }
  void operator()(const ForkEvent& event) {
    add({.op = ScriptOp::fork, .object = compiler_.task_number(event.task)});
    script_.forks = true;
  }
  void operator()(const ExitEvent&) { add({.op = ScriptOp::exit}); }
  void operator()(const MemsetEvent& event) {
    const std::uint64_t size = compiler_.scenario_.memory_buffer;
    add_memory({.deed = ScriptMemory::Deed::clear, .size = size, .count = event.bytes});
  }
  void operator()(const MemoryRunEvent& event) {
    const auto deed = event.work == BufferWork::write  ? ScriptMemory::Deed::write
                      : event.work == BufferWork::read ? ScriptMemory::Deed::read
                                                       : ScriptMemory::Deed::chase;
    add_memory({.deed = deed,
                .is_random = event.pattern == AccessPattern::random,
                .buffer = event.buffer.empty() ? ScriptMemory::own : objects_.buffer_number(event.buffer, event.size),
                .size = event.size,
                .count = event.count,
                .stride = event.stride});
  }
  void operator()(const TouchEvent& event) {
    const bool is_random = event.pattern == AccessPattern::random;
    add_memory({.deed = ScriptMemory::Deed::touch, .is_random = is_random, .size = event.bytes});
  }
  void operator()(const MallocEvent& event) {
    add_memory({.deed = ScriptMemory::Deed::malloc,
                .buffer = objects_.blocks_number(event.ref),
                .size = event.bytes,
                .count = event.count});
    script_.allocates = true;
  }
  void operator()(const FreeEvent& event) {
    add_memory({.deed = ScriptMemory::Deed::free, .buffer = objects_.blocks_number(event.ref), .count = event.count});
    script_.allocates = true;
  }
  void operator()(const IoRunEvent& event) {
    const std::uint64_t size = compiler_.scenario_.memory_buffer;
    add_memory({.deed = ScriptMemory::Deed::output, .size = size, .count = event.bytes});
  }
  void operator()(const RecordingEvent& event) {
    script_.is_recording = true;
    for (const RecordedStep& step : event.steps) {
      compile(step);
      script_.places.back().line = step.line;
    }
  }

 private:
  // Waking is a semaphore's post: unlike a resume, it is not lost where the other comes to its wait a little later than
  // it did in the recording.
  void compile(const RecordedStep& step) {
    const Duration duration(step.value);
    switch (step.deed) {
      case RecordedDeed::run:
        return add({.op = ScriptOp::stretch, .duration = duration});
      case RecordedDeed::sleep:
        return add({.op = ScriptOp::sleep, .duration = duration});
      case RecordedDeed::await:
        return add({.op = ScriptOp::acquire, .object = objects_.semaphore_number(task_->name)});
      case RecordedDeed::wake:
        return add({.op = ScriptOp::post, .object = objects_.semaphore_number(task_at(step.value).name)});
      case RecordedDeed::start:
        add({.op = ScriptOp::fork, .object = static_cast<std::uint32_t>(step.value)});
        script_.forks = true;
        return;
      case RecordedDeed::priority:
        return add(
            {.op = ScriptOp::set_scheduler, .object = number_of(attributes_of_priority(static_cast<int>(step.value)))});
    }
  }

  const Task& task_at(std::int64_t position) const {
    return compiler_.scenario_.tasks.at(static_cast<std::size_t>(position));
  }
  std::uint32_t number_of(const SchedAttributes& attributes) {
    const auto known = std::ranges::find(script_.attributes, attributes);
    const auto number = static_cast<std::uint32_t>(known - script_.attributes.begin());
    if (known == script_.attributes.end()) script_.attributes.push_back(attributes);
    return number;
  }

  void lock(const std::string& mutex) { add({.op = ScriptOp::lock, .object = objects_.mutex_number(mutex)}); }
  void unlock(const std::string& mutex) { add({.op = ScriptOp::unlock, .object = objects_.mutex_number(mutex)}); }
  void signal(ScriptOp op, const std::string& condition) {
    add({.op = op, .object = objects_.condition_number(condition)});
  }
  void wait(const std::string& condition, const std::string& mutex) {
    add({.op = ScriptOp::wait, .object = objects_.condition_number(condition), .other = objects_.mutex_number(mutex)});
  }

  void add_memory(const ScriptMemory& memory) {
    add({.op = ScriptOp::memory, .object = static_cast<std::uint32_t>(script_.memory.size())});
    script_.memory.push_back(memory);
  }
  void add(const ScriptInstruction& instruction) {
    script_.instructions.push_back(instruction);
    script_.places.push_back({place_->line, place_->column});
  }
  const ScriptInstruction& last() const { return script_.instructions.back(); }

  const ScriptCompiler& compiler_;
  ScriptObjects& objects_;
  const Task* task_;
  Script& script_;
  NamedObjects<ScriptTimer> instance_timers_;  // for their numbers; each instance has its own
  const SourcePlace* place_ = nullptr;
};

namespace {

std::uint32_t last_timer(const Script& script, const ScriptPhase& phase) {
  for (std::uint32_t at = phase.end; at > phase.begin; --at) {
    const ScriptOp op = script.instructions[at - 1].op;
    if (op == ScriptOp::timer || op == ScriptOp::instance_timer) return at - 1;
  }
  return ScriptPhase::no_timer;
}

}  // namespace

Script ScriptCompiler::compile(const Task& task) const {
  Script script;
  script.loop = task.loop;
  script.file = task.place.file;
  script.io_device = scenario_.io_device;
  EventCompiler events(*this, task, script);
  for (const Phase& phase : task.phases) {
    ScriptPhase& compiled = script.phases.emplace_back();
    compiled.loop = phase.loop;
    compiled.entry = static_cast<std::uint32_t>(script.instructions.size());
    events.compile(phase.sched, phase.events.empty() ? task.place : phase.events.front().place);
    compiled.begin = static_cast<std::uint32_t>(script.instructions.size());
    for (const ScriptEvent& event : phase.events) events.compile(event);
    compiled.end = static_cast<std::uint32_t>(script.instructions.size());
    compiled.timer = last_timer(script, compiled);
  }
  declare_bursts(script);
  return script;
}

ScriptAffinity ScriptCompiler::affinity(const std::vector<CpuId>& cpus) const {
  if (cpus.empty()) return {CpuMask::first(cpu_count_), AffinityId()};
  const CpuMask mask = CpuMask::of(cpus);
  return {mask, affinities_.intern(mask)};
}

std::uint32_t ScriptCompiler::task_number(const std::string& name) const {
  const auto found = std::ranges::find(scenario_.tasks, name, &Task::name);
  CHECK(found != scenario_.tasks.end(), "check_scenario() knows every task that is forked");
  return static_cast<std::uint32_t>(found - scenario_.tasks.begin());
}

}  // namespace signalbox
