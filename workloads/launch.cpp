#include "workloads/launch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/exec/compact_arena.hpp"
#include "kernel/task/process_table.hpp"
#include "workloads/launch_state.hpp"

namespace signalbox {
namespace {

// Of a guarded stack, what programs touch: a page or two of frames, and the kernel's below them.
constexpr std::uint64_t touched_of_guarded = std::uint64_t{16} * 1024;
// A thread's name in the trace, its program and its place in tables: measured with a million threads.
constexpr std::uint64_t beside_the_blocks = 256;

void check_cpus(const SchedRequest& sched, const SourcePlace& place, const Topology& topology) {
  if (!sched.cpus) return;
  for (const CpuId cpu : *sched.cpus) {
    if (cpu.value() < topology.cpu_count()) continue;
    throw InputError(place, fmt::format("CPU {} in \"cpus\"", cpu.value()),
                     fmt::format("a CPU of the machine, 0 to {}", topology.cpu_count() - 1));
  }
}

void check_phases(const Task& task, const Topology& topology) {
  for (const Phase& phase : task.phases) {
    check_cpus(phase.sched, phase.events.empty() ? task.place : phase.events.front().place, topology);
    if (phase.loop == 0 || phase.loop < -1) {
      throw InputError(task.place, fmt::format("\"loop\" is {} in the phase {}", phase.loop, in_quotes(phase.name)),
                       "how often, or -1 for ever");
    }
  }
}

void check_program(const Task& task, ProgramList programs) {
  if (!task.program) return;
  read_arguments(find_program(programs, *task.program), *task.program);
}

std::uint64_t threads_of(const Task& task, ProgramList programs) {
  if (!task.program) return 1;
  const NativeProgram& program = find_program(programs, *task.program);
  return program.threads == nullptr ? 1 : program.threads(read_arguments(program, *task.program));
}

void check_numbers(const Scenario& scenario) {
  std::int64_t total = 0;
  for (const Task& task : scenario.tasks) {
    total += task.instances;
    if (task.instances >= 0 && total < ProcessTable::max_pid - 1) continue;
    throw InputError(task.place, fmt::format("{} instances up to here", total),
                     fmt::format("at most {} threads", ProcessTable::max_pid - 2));
  }
}

template <class Event, class Check>
void for_each(const Scenario& scenario, Check check) {
  for (const Task& task : scenario.tasks) {
    for (const Phase& phase : task.phases) {
      for (const ScriptEvent& event : phase.events) {
        if (const auto* found = std::get_if<Event>(&event.action)) check(*found, event.place);
      }
    }
  }
}

void check_references(const Scenario& scenario) {
  std::set<std::string_view> names;
  for (const Task& task : scenario.tasks) names.insert(task.name);
  for_each<ForkEvent>(scenario, [&](const ForkEvent& fork, const SourcePlace& place) {
    if (names.contains(fork.task)) return;
    throw InputError(place, "there is no task " + in_quotes(fork.task) + " to fork", "the name of a task");
  });
  const auto parties = barrier_parties(scenario);
  for_each<BarrierEvent>(scenario, [&](const BarrierEvent& barrier, const SourcePlace& place) {
    if (parties.find(barrier.barrier)->second > 0) return;
    throw InputError(place, "nobody who starts by itself comes to the barrier " + in_quotes(barrier.barrier),
                     "a task with at least one instance that names it");
  });
  for_each<SemaphoreWaitEvent>(scenario, [&](const SemaphoreWaitEvent& wait, const SourcePlace& place) {
    const auto start = scenario.semaphores.find(wait.semaphore);
    if (start == scenario.semaphores.end() || (start->second >= 0 && start->second <= Semaphore::most)) return;
    throw InputError(place, fmt::format("the semaphore {} starts with {}", in_quotes(wait.semaphore), start->second),
                     fmt::format("0 to {}", Semaphore::most));
  });
}

template <class Event>
void refuse(const Scenario& scenario, const char* event, const char* needed, const char* expected) {
  for_each<Event>(scenario, [&](const Event&, const SourcePlace& place) {
    throw InputError(place, fmt::format("\"{}\" needs {}", event, needed), expected);
  });
}

// Of a machine without memory.
void check_needs_no_memory(const Scenario& scenario, ProgramList programs) {
  constexpr const char* with_memory = "a machine that has memory";
  refuse<MemsetEvent>(scenario, "mem", "memory", with_memory);
  refuse<MemoryRunEvent>(scenario, "memrun", "memory", with_memory);
  refuse<TouchEvent>(scenario, "touch", "memory", with_memory);
  refuse<MallocEvent>(scenario, "malloc", "memory", with_memory);
  refuse<FreeEvent>(scenario, "free", "memory", with_memory);
  const bool is_device = scenario.io_device == "/dev/null" || scenario.io_device == "/dev/zero";
  if (!is_device) refuse<IoRunEvent>(scenario, "iorun", "memory, because its device is a file", with_memory);
  for (const Task& task : scenario.tasks) {
    if (task.source != nullptr) throw InputError(task.place, in_quotes(task.name) + " needs memory", with_memory);
    if (!task.program || !find_program(programs, *task.program).needs_memory) continue;
    throw InputError(task.program->place, in_quotes(task.program->name) + " needs memory", with_memory);
  }
}

}  // namespace

Launched::Launched() = default;
Launched::Launched(boost::intrusive_ptr<LaunchState> state) : state_(std::move(state)) {}
Launched::Launched(Launched&& other) noexcept = default;
Launched& Launched::operator=(Launched&& other) noexcept = default;
Launched::~Launched() = default;

std::vector<std::string> Launched::notes() const {
  return state_ == nullptr ? std::vector<std::string>() : state_->notes();
}

std::vector<MissedDeadlines> Launched::missed_deadlines(Instant now) const {
  std::vector<MissedDeadlines> missed;
  if (state_ == nullptr) return missed;
  for (const DueTurn& due : state_->due_turns) {
    const std::uint64_t count = due.missed_by(now);
    if (count > 0 && due.thread != Tid()) missed.push_back({due.thread, count});
  }
  return missed;
}

void check_scenario(const Scenario& scenario, const Topology& topology, ProgramList programs) {
  for (const Task& task : scenario.tasks) {
    check_cpus(task.sched, task.place, topology);
    check_phases(task, topology);
    check_program(task, programs);
  }
  check_numbers(scenario);
  check_references(scenario);
}

bool needs_memory(const Scenario& scenario, ProgramList programs) {
  try {
    check_needs_no_memory(scenario, programs);
  } catch (const InputError&) {
    return true;
  }
  return false;
}

Launched launch(const Scenario& scenario, Machine& machine, ProgramList programs) {
  check_scenario(scenario, machine.topology(), programs);
  if (machine.memory() == nullptr) check_needs_no_memory(scenario, programs);
  const boost::intrusive_ptr<LaunchState> state(new LaunchState(scenario, machine, programs));
  const Instant now = machine.simulation().now();
  for (std::uint32_t task = 0; task < scenario.tasks.size(); ++task) {
    if (scenario.tasks[task].instances == 0) continue;
    machine.at(now + scenario.tasks[task].delay, [state, &machine, task] { state->arrive(machine, task); });
  }
  return Launched(state);
}

std::uint64_t host_bytes_needed(const Scenario& scenario, ProgramList programs, std::uint64_t beside) {
  std::uint64_t bytes = 0;
  for (const Task& task : scenario.tasks) {
    const std::uint64_t stack = task.program || task.source != nullptr ? touched_of_guarded : CompactArena::stack_bytes;
    const std::uint64_t process = task.process.empty() ? sizeof(Process) : 0;
    const std::uint64_t thread = stack + sizeof(Thread) + beside_the_blocks + beside;
    // A program's threads count as processes each, which some are.
    bytes += static_cast<std::uint64_t>(task.instances) * threads_of(task, programs) * (thread + process);
  }
  return bytes;
}

}  // namespace signalbox
