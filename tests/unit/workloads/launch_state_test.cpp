#include "workloads/launch_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"
#include "tests/support/script_tasks.hpp"

namespace signalbox::launch_state_test {

// What arrives, step by step; launch_test.cpp has the whole.
TEST(LaunchState, ArrivingTaskGetsItsAttributesAndItsFirstBurst) {
  Task urgent = task("a", {RunEvent{3_ms}, SleepEvent{1_ms}});
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::fifo;
  attributes.realtime_priority = 20;
  urgent.sched.attributes = attributes;
  ScenarioRun run("fcfs");
  const Scenario one = scenario({urgent});
  const boost::intrusive_ptr<LaunchState> state(new LaunchState(one, *run.machine, {}));
  state->arrive(*run.machine, 0);
  const Thread* thread = run.machine->processes().find_thread(Tid(2));
  ASSERT_NE(thread, nullptr);
  EXPECT_EQ(thread->entity.attributes, attributes);
  EXPECT_EQ(thread->entity.expected_burst, 3_ms);
  EXPECT_EQ(thread->stack.kind, StackKind::compact);
}

TEST(LaunchState, ScriptThatForksHasRoomForIt) {
  ScenarioRun run("fcfs");
  const Scenario one = scenario({task("a", {ForkEvent{"a"}})});
  const boost::intrusive_ptr<LaunchState> state(new LaunchState(one, *run.machine, {}));
  state->arrive(*run.machine, 0);
  EXPECT_EQ(run.machine->processes().find_thread(Tid(2))->stack.kind, StackKind::guarded);
}

TEST(LaunchState, ProcessGetsItsOomScoreAdj) {
  ScenarioRun run("fcfs");
  Task own = task("a", {RunEvent{1_ms}});
  own.oom_score_adj = -700;
  Task first = task("b", {RunEvent{1_ms}});
  first.process = "p";
  Task second = task("c", {RunEvent{1_ms}});
  second.process = "p";
  second.oom_score_adj = 300;
  const Scenario all = scenario({own, first, second});
  const boost::intrusive_ptr<LaunchState> state(new LaunchState(all, *run.machine, {}));
  for (std::uint32_t number = 0; number < 3; ++number) state->arrive(*run.machine, number);
  EXPECT_EQ(run.machine->processes().find_process(Pid(2))->oom_score_adj, -700);
  EXPECT_EQ(run.machine->processes().find_process(Pid(3))->oom_score_adj, 300);
}

TEST(LaunchState, TaskThatCannotBeStartedIsNoted) {
  ScenarioRun run("fcfs");
  Task crowd = task("a", {RunEvent{1_ms}});
  crowd.instances = 3;
  crowd.process = "p";
  const Scenario one = scenario({crowd});
  const boost::intrusive_ptr<LaunchState> state(new LaunchState(one, *run.machine, {}));
  Process& init = *run.machine->processes().find_process(Pid(1));
  init.credentials.effective_user = init.credentials.real_user = UserId(1000);
  init.limits.set(Resource::processes, {1, 1});
  state->arrive(*run.machine, 0);
  EXPECT_THAT(state->notes(), testing::ElementsAre("test.json:1:1: starting a failed 2 times: EAGAIN (Resource "
                                                   "temporarily unavailable), first at 0.000000000 s"));
}

}  // namespace signalbox::launch_state_test
