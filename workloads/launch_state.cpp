#include "workloads/launch_state.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/task/oom_score.hpp"
#include "workloads/guest.hpp"

namespace signalbox {
namespace {

// rt-app ends with an error beyond so many forks of one task (rt-app.c, FORKS_LIMIT).
constexpr std::uint32_t forks_limit = 1024;

std::string_view verb(ScriptOp op) {
  constexpr std::string_view attributes = "setting the scheduling attributes";
  // In the order of the enumeration.
  constexpr auto verbs = std::to_array<std::string_view>(
      {"run",      "run",    "run",     "sleep",    "timer",    "timer", "lock", "unlock",   "wait",
       "signal",   "signal", "barrier", "sem_post", "sem_wait", "yield", "fork", attributes, "setting the CPUs",
       attributes, "memory", "exit"});
  static_assert(verbs.size() == static_cast<std::size_t>(ScriptOp::exit) + 1);
  return verbs[static_cast<std::size_t>(op)];
}

std::string note_text(const SourcePlace& place, std::string_view what, const ScriptFailure& failure) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t first = failure.first.nanoseconds();
  return fmt::format("{}:{}:{}: {} failed {}: {} ({}), first at {}.{:09} s", place.file, place.line, place.column, what,
                     failure.count == 1 ? "once" : fmt::format("{} times", failure.count), errno_name(failure.error),
                     errno_text(failure.error), first / second, first % second);
}

}  // namespace

LaunchState::LaunchState(const Scenario& scenario, Machine& machine, ProgramList programs)
    : ScriptWorld(scenario, machine),
      simulation_(machine.simulation()),
      table_(machine.processes()),
      zero_(simulation_.now()) {
  const ScriptCompiler compiler(scenario, objects, machine.affinities(), machine.groups(),
                                machine.topology().cpu_count());
  for (const Task& task : scenario.tasks) tasks_.push_back(prepare(task, compiler, programs));
  mark_numbered();
}

LaunchState::StartTask LaunchState::prepare(const Task& task, const ScriptCompiler& compiler, ProgramList programs) {
  StartTask start;
  start.source = task.source;
  if (task.program) {
    start.program = &find_program(programs, *task.program);
    start.arguments = read_arguments(*start.program, *task.program);
    start.random = simulation_.random().split("program").split(task.name);
  } else if (task.source == nullptr) {
    start.script = compiler.compile(task);
  }
  start.name = task.name;
  start.place = task.place;
  start.instances = task.instances;
  start.delay = task.delay;
  start.attributes = task.sched.attributes.value_or(SchedAttributes{});
  if (task.sched.cpus) start.affinity = compiler.affinity(*task.sched.cpus).id;
  if (task.sched.group) start.group = compiler.group(*task.sched.group);
  start.oom_score_adj = task.oom_score_adj;
  if (!task.process.empty()) start.process = shared_process(task.process);
  start.is_numbered = task.instances > 1;
  return start;
}

void LaunchState::mark_numbered() {
  for (const StartTask& task : tasks_) {
    if (task.script.is_recording) continue;
    for (const ScriptInstruction& instruction : task.script.instructions) {
      if (instruction.op == ScriptOp::fork) tasks_[instruction.object].is_numbered = true;
    }
  }
}

LaunchState::SharedProcess* LaunchState::shared_process(const std::string& name) {
  const NameId id = simulation_.trace().intern(name);
  return &processes_.try_emplace(id, id, Pid()).first->second;
}

void LaunchState::arrive(Machine& machine, std::uint32_t task) {
  StartTask& start_task = tasks_[task];
  for (std::int64_t instance = 0; instance < start_task.instances; ++instance) {
    const std::uint64_t refused = machine.refused_frames();
    ThreadRequest wanted = request(start_task);
    const Result<int> started = start(machine, start_task, wanted);
    if (started.has_value()) continue;
    if (machine.lacks_frames(started.error(), refused)) {
      start_later(machine, start_task, std::move(wanted));
    } else {
      note_failure(start_task, started.error());
    }
  }
}

// When there are frames for it; a program is moved, and std::function copies.
void LaunchState::start_later(Machine& machine, StartTask& task, ThreadRequest wanted) {
  const auto kept = std::make_shared<ThreadRequest>(std::move(wanted));
  const boost::intrusive_ptr<LaunchState> self(this);
  machine.retry_with_frames([self, &machine, &task, kept] { return self->start(machine, task, *kept); },
                            [self, &task](Errno error) { self->note_failure(task, error); });
}

Result<int> LaunchState::start(Machine& machine, StartTask& task, ThreadRequest& wanted) {
  if (Process* shared = find(task.process)) {
    wanted.is_detached = true;
    adjust(*shared, task);
    name_due_turn(task, TRY(machine.create_thread(*shared, std::move(wanted)))->tid);
    return 0;
  }
  Process* process = TRY(machine.spawn(std::move(wanted)));
  name_due_turn(task, Tid(process->pid.value()));
  started(*process, task);
  return 0;
}

// Of the thread that was made last: it may never run.
void LaunchState::name_due_turn(const StartTask& task, Tid thread) {
  if (task.script.has_timers()) due_turns.back().thread = thread;
}

// A script does not wait for its children.
void LaunchState::started(Process& process, StartTask& task) {
  process.reaps_automatically = task.is_scripted();
  adjust(process, task);
  if (task.process == nullptr) return;
  task.process->pid = process.pid;
  process.name = task.process->name;
}

// As choom(1) does before it executes a program; whoever launches is privileged.
void LaunchState::adjust(Process& process, const StartTask& task) {
  if (!task.oom_score_adj) return;
  const Result<void> set = set_oom_score_adj(process, *task.oom_score_adj, Credentials());
  CHECK(set.has_value(), "formats let only valid adjustments pass");
}

Result<int> LaunchState::fork(Guest& guest, std::uint32_t number) {
  StartTask& task = tasks_[number];
  if (task.forks == forks_limit) return Errno::eagain;
  ++task.forks;
  Caller& caller = guest.caller();
  ThreadRequest wanted = request(task);
  const auto address = UserPointer<ThreadRequest>::to(&wanted);
  Process* shared = find(task.process);
  wanted.is_detached = shared != nullptr;
  if (shared != nullptr) adjust(*shared, task);
  if (shared == &caller.process()) {
    TRY(invoke(caller, call_number::thread_create, address));
    return 0;
  }
  if (shared != nullptr) return join_process(caller, task, std::move(wanted));
  const auto pid = TRY(invoke(caller, call_number::fork, address));
  started(*table_.find_process(Pid(static_cast<Pid::Value>(pid))), task);
  return 0;
}

// No call makes a thread in another process: this is the launch's own doing, at the price of a thread.
Result<int> LaunchState::join_process(Caller& caller, StartTask& task, ThreadRequest wanted) {
  caller.charge(caller.kernel().costs().thread_create);
  Process* shared = find(task.process);
  if (shared == nullptr) return Errno::esrch;  // it ended meanwhile
  TRY(caller.kernel().create_thread(*shared, std::move(wanted)));
  return 0;
}

// The same number may have been given to another process since.
Process* LaunchState::find(const SharedProcess* process) const {
  if (process == nullptr) return nullptr;
  Process* found = table_.find_process(process->pid);
  const bool is_it = found != nullptr && found->name == process->name && found->state == ProcessState::alive;
  return is_it ? found : nullptr;
}

ThreadRequest LaunchState::request(StartTask& task) {
  const std::uint64_t instance = task.started++;
  std::string name = task.name;
  if (task.is_numbered) name += '-' + std::to_string(instance);
  const bool is_scripted = task.is_scripted();
  // A script that forks needs room for what making a thread takes; one that allocates, for the allocator.
  const bool is_compact = is_scripted && !task.script.forks && !task.script.allocates;
  return {.program = program(task, instance),
          .name = simulation_.trace().intern(name),
          .attributes = task.attributes,
          .affinity = task.affinity,
          .group = task.group,
          .stack = is_compact ? StackKind::compact : StackKind::guarded,
          .expected_burst = task.script.first_burst};
}

Program LaunchState::program(StartTask& task, std::uint64_t instance) {
  if (task.source != nullptr) return task.source->make();
  if (task.program == nullptr) return ScriptProgram(this, task.script, zero_ + task.delay);
  Program program = task.program->make(*task.arguments, task.random.split(std::to_string(instance)));
  if (task.process == nullptr) return program;
  // The process goes on without it.
  return Program(
      [program = std::move(program)](Caller& caller) mutable -> int { Guest(caller).exit_thread(program(caller)); });
}

void LaunchState::note_failure(StartTask& task, Errno error) {
  if (task.failure.count++ > 0) return;
  task.failure.error = error;
  task.failure.first = simulation_.now();
}

std::vector<std::string> LaunchState::notes() const {
  std::vector<std::string> lines;
  for (const StartTask& task : tasks_) {
    if (task.failure.count > 0) lines.push_back(note_text(task.place, "starting " + task.name, task.failure));
    for (const auto& [at, failure] : task.script.failures) {
      const auto [line, column] = task.script.places[at];
      lines.push_back(note_text({task.script.file, line, column}, verb(task.script.instructions[at].op), failure));
    }
  }
  return lines;
}

}  // namespace signalbox
