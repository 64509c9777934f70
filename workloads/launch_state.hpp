#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "kernel/machine/machine.hpp"
#include "workloads/program_registry.hpp"
#include "workloads/script_compiler.hpp"
#include "workloads/script_runner.hpp"

namespace signalbox {

// A scenario while it runs: its tasks, ready to start, and what they share.
class LaunchState final : public ScriptWorld {
 public:
  // Requires a scenario that check_scenario() accepts. It may end before this.
  LaunchState(const Scenario& scenario, Machine& machine, ProgramList programs);

  // All instances of a task arrive, on the hub.
  void arrive(Machine& machine, std::uint32_t task);
  Result<int> fork(Guest& guest, std::uint32_t task) override;

  std::vector<std::string> notes() const;

 private:
  // The process that tasks share by naming it, as long as it lives.
  struct SharedProcess {
    NameId name;
    Pid pid;
  };

  struct StartTask {
    Script script;
    const NativeProgram* program = nullptr;  // null: the script, or the source
    std::shared_ptr<const ProgramSource> source;

    bool is_scripted() const { return program == nullptr && source == nullptr; }

    std::optional<ProgramArguments> arguments;
    Prng random{0};
    std::string name;
    SourcePlace place;
    std::int64_t instances = 0;
    Duration delay;
    std::optional<SchedAttributes> attributes;
    AffinityId affinity;
    std::optional<TaskGroupId> group;
    std::optional<std::int16_t> oom_score_adj;
    SharedProcess* process = nullptr;  // null: each instance is a process of its own
    bool is_numbered = false;          // there may be more than one instance
    std::uint64_t started = 0;
    std::uint32_t forks = 0;
    ScriptFailure failure;  // of starting it
  };

  StartTask prepare(const Task& task, const ScriptCompiler& compiler, ProgramList programs);
  void mark_numbered();
  SharedProcess* shared_process(const std::string& name);

  ThreadRequest request(StartTask& task);
  Program program(StartTask& task, std::uint64_t instance);
  Result<int> start(Machine& machine, StartTask& task, ThreadRequest& wanted);
  void start_later(Machine& machine, StartTask& task, ThreadRequest wanted);
  void started(Process& process, StartTask& task);
  static void adjust(Process& process, const StartTask& task);
  void name_due_turn(const StartTask& task, Tid thread);
  Result<int> join_process(Caller& caller, StartTask& task, ThreadRequest wanted);
  Process* find(const SharedProcess* process) const;
  void note_failure(StartTask& task, Errno error);

  // The machine's, used only while it lives.
  Simulation& simulation_;
  ProcessTable& table_;
  Instant zero_;  // rt-app's t_zero, from which delays count
  std::deque<StartTask> tasks_;
  std::map<NameId, SharedProcess> processes_;
};

}  // namespace signalbox
