#include "workloads/script_compiler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/script_tasks.hpp"

namespace signalbox::script_compiler_test {

using testing::ElementsAre;

// Compiles the first task of a scenario.
class Compiled {
 public:
  explicit Compiled(std::vector<Task> tasks)
      : scenario_(scenario(std::move(tasks))),
        objects_(scenario_, *run_.machine),
        affinities_(4),
        script(ScriptCompiler(scenario_, objects_, affinities_, groups_, 4).compile(scenario_.tasks.front())) {}

  std::vector<ScriptOp> ops() const {
    std::vector<ScriptOp> found;
    for (const ScriptInstruction& instruction : script.instructions) found.push_back(instruction.op);
    return found;
  }

 private:
  Scenario scenario_;
  ScenarioRun run_;
  ScriptObjects objects_;
  AffinityTable affinities_;
  TaskGroups groups_{std::array{TaskGroupSpec{.path = "/a"}, TaskGroupSpec{.path = "/b"}}};

 public:
  Script script;
};

TEST(ScriptCompiler, EventsThatAreSeveralStepsAreTakenApart) {
  using enum ScriptOp;
  const Compiled compiled({task("a", {SyncEvent{"c", "m"}, SuspendEvent{"a"}, ResumeEvent{"b"}})});
  EXPECT_THAT(compiled.ops(), ElementsAre(signal, wait, lock, wait, unlock, lock, broadcast, unlock));
  EXPECT_EQ(compiled.script.places.size(), 8U);
  EXPECT_TRUE(compiled.script.failures.empty()) << "nothing has failed before it runs";
}

TEST(ScriptCompiler, EveryEventHasItsInstruction) {
  using enum ScriptOp;
  const Compiled compiled(
      {task("a", {RunEvent{1_ms}, RuntimeEvent{2_ms}, SleepEvent{3_ms}, TimerEvent{"t", 4_ms, TimerMode::absolute},
                  TimerEvent{"unique", 5_ms, TimerMode::relative, true}, LockEvent{"m"}, UnlockEvent{"m"},
                  WaitEvent{"c", "m"}, SignalEvent{"c"}, BroadcastEvent{"c"}, BarrierEvent{"b"},
                  SemaphorePostEvent{"s"}, SemaphoreWaitEvent{"s"}, YieldEvent{}, ForkEvent{"z"}, ExitEvent{}}),
       task("y", {RunEvent{1_ms}}), task("z", {RunEvent{1_ms}})});
  EXPECT_THAT(compiled.ops(),
              ElementsAre(run, runtime, sleep, timer, instance_timer, lock, unlock, ScriptOp::wait, ScriptOp::signal,
                          broadcast, barrier, post, acquire, yield, ScriptOp::fork, ScriptOp::exit));
  const auto& instructions = compiled.script.instructions;
  EXPECT_EQ(instructions[2].duration, 3_ms);
  EXPECT_TRUE(instructions[3].is_absolute);
  EXPECT_FALSE(instructions[4].is_absolute);
  EXPECT_EQ(compiled.script.instance_timers, 1U);
  EXPECT_EQ(instructions[14].object, 2U);
  EXPECT_TRUE(compiled.script.forks);
}

TEST(ScriptCompiler, PhasesEnterTheirGroupOrTheRootWhereThereIsNone) {
  Task moving = task("a", {RunEvent{1_ms}});
  moving.phases.front().sched.group = "/b";
  Phase second = phase({RunEvent{1_ms}}, 1);
  second.sched.group = "/unknown";
  moving.phases.push_back(second);
  const Compiled compiled({moving});
  EXPECT_THAT(compiled.ops(), ElementsAre(ScriptOp::set_group, ScriptOp::run, ScriptOp::set_group, ScriptOp::run));
  EXPECT_EQ(compiled.script.instructions[0].object, 2U);
  EXPECT_EQ(compiled.script.instructions[2].object, 0U);
}

TEST(ScriptCompiler, PhasesAskTheSchedulerWhenTheyAreEntered) {
  Task two = task("a", {RunEvent{1_ms}});
  SchedAttributes nice;
  nice.nice = 3;
  Phase second = phase({RunEvent{1_ms}}, 7);
  second.sched.attributes = nice;
  second.sched.cpus = std::vector<CpuId>{CpuId(2)};
  Phase third = phase({RunEvent{1_ms}}, -1);
  third.sched.cpus = std::vector<CpuId>{};
  two.phases.insert(two.phases.end(), {second, third});
  const Compiled compiled({two});
  EXPECT_THAT(compiled.ops(), ElementsAre(ScriptOp::run, ScriptOp::set_scheduler, ScriptOp::set_affinity, ScriptOp::run,
                                          ScriptOp::set_affinity, ScriptOp::run));
  EXPECT_EQ(compiled.script.phases[1].entry, 1U);
  EXPECT_EQ(compiled.script.phases[1].begin, 3U);
  EXPECT_EQ(compiled.script.phases[1].end, 4U);
  EXPECT_EQ(compiled.script.phases[1].loop, 7);
  EXPECT_EQ(compiled.script.attributes.front(), nice);
  EXPECT_TRUE(compiled.script.affinities[0].mask.has(CpuId(2)));
  EXPECT_EQ(compiled.script.affinities[0].mask.count(), 1U);
  EXPECT_EQ(compiled.script.affinities[1].id, AffinityId());
  EXPECT_EQ(compiled.script.affinities[1].mask.count(), 4U);
}

}  // namespace signalbox::script_compiler_test
