#include "workloads/script_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/exec/compact_arena.hpp"
#include "tests/support/scenario_run.hpp"
#include "tests/support/script_tasks.hpp"
#include "workloads/script_compiler.hpp"

// Hand-computed schedules: what happens when is rt-app's run_event() and thread_body() (src/rt-app.c) on the textbook
// machine, where nothing but run and sleep takes time.
namespace signalbox::script_runner_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string schedule_of(std::vector<Task> tasks, const std::string& policy = "fcfs") {
  ScenarioRun run(policy);
  EXPECT_EQ(run.launch(scenario(std::move(tasks))).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
  return run.schedule();
}

MachineConfig cpus_of(const std::vector<std::uint16_t>& capacities) {
  std::vector<CpuPlace> places;
  for (const std::uint16_t capacity : capacities) {
    places.emplace_back();
    places.back().capacity = capacity;
  }
  MachineConfig config;
  config.topology = Topology(places);
  return config;
}

// The slack of every activation, in microseconds.
std::vector<std::int64_t> slacks(const ScenarioRun& run) {
  std::vector<std::int64_t> found;
  for (const TraceEvent& event : run.trace.of(TraceKind::activation_ended)) {
    found.push_back(static_cast<std::int64_t>(event.b) / 1000);
  }
  return found;
}

// An optimised build without sanitizers.
bool frames_are_small() { return CompactArena::stack_bytes < 8192; }

TEST(ScriptRunner, RunComputesForItsDurationInFileOrder) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{3_ms}}), task("b", {RunEvent{2_ms}})}), "a 0-3, b 3-5");
}

TEST(ScriptRunner, RunTakesLongerOnASlowerCpu) {
  ScenarioRun run("fcfs", cpus_of({512}));
  EXPECT_EQ(run.launch(scenario({task("a", {RunEvent{3_ms}})})).run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "a 0-6");
}

TEST(ScriptRunner, RuntimeTakesTheSameOnEveryCpu) {
  for (const std::uint16_t capacity : std::vector<std::uint16_t>{1024, 512, 600, 7}) {
    ScenarioRun run("fcfs", cpus_of({capacity}));
    EXPECT_EQ(run.launch(scenario({task("a", {RuntimeEvent{3_ms}})})).run(), RunEnd::finished);
    const Duration late = run.trace.end() - (Instant() + 3_ms);
    EXPECT_GE(late, 0_ns) << capacity;
    EXPECT_LE(late, 150_ns) << capacity;  // what one nanosecond of work takes on the slowest
  }
}

// b's slice passes while a's clock runs on: a has computed 2 ms of its 3 when they are over.
TEST(ScriptRunner, RuntimeCountsTheTimeThatOthersRan) {
  ScenarioRun run("round_robin:quantum=1ms");
  EXPECT_EQ(run.launch(scenario({task("a", {RuntimeEvent{3_ms}}), task("b", {RunEvent{1_ms}})})).run(),
            RunEnd::finished);
  EXPECT_EQ(run.schedule(), "a 0-1, b 1-2, a 2-3");
}

TEST(ScriptRunner, RoundRobinSlicesRuns) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{3_ms}}), task("b", {RunEvent{2_ms}})}, "round_robin:quantum=1ms"),
            "a 0-1, b 1-2, a 2-3, b 3-4, a 4-5");
}

TEST(ScriptRunner, SleepLetsOthersRun) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{1_ms}, SleepEvent{5_ms}, RunEvent{1_ms}}), task("b", {RunEvent{2_ms}})}),
            "a 0-1, b 1-3, a 6-7");
}

TEST(ScriptRunner, PhasesAndLoopsNest) {
  Task nested = task("a", {RunEvent{1_ms}, SleepEvent{1_ms}}, 2);
  nested.phases.push_back(phase({RunEvent{3_ms}, SleepEvent{1_ms}}));
  nested.loop = 2;
  EXPECT_EQ(schedule_of({nested}), "a 0-1, a 2-3, a 4-7, a 8-9, a 10-11, a 12-15");
}

TEST(ScriptRunner, LoopForEverEndsWithTheRun) {
  ScenarioRun run("fcfs");
  Task endless = task("a", {RunEvent{1_ms}, SleepEvent{1_ms}}, -1);
  EXPECT_EQ(run.launch(scenario({endless})).run(Instant() + 5_ms), RunEnd::until);
  EXPECT_EQ(run.schedule(), "a 0-1, a 2-3, a 4-5");
}

TEST(ScriptRunner, TimerSleepsUntilItsNextPeriodAndGivesTheSlack) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("a", {RunEvent{2_ms}, TimerEvent{"t", 10_ms}}, 3)})).run();
  EXPECT_EQ(run.schedule(), "a 0-2, a 10-12, a 20-22");
  EXPECT_THAT(slacks(run), ElementsAre(8000, 8000, 8000));
}

// After 12 ms the 10 ms are missed: the period starts again from 12.
TEST(ScriptRunner, RelativeTimerForgetsAMissedPeriod) {
  ScenarioRun run("fcfs");
  Task late = task("a", {RunEvent{12_ms}, TimerEvent{"t", 10_ms}});
  late.phases.push_back(phase({RunEvent{2_ms}, TimerEvent{"t", 10_ms}}, 2));
  run.launch(scenario({late})).run();
  EXPECT_EQ(run.schedule(), "a 0-14, a 22-24");
  EXPECT_THAT(slacks(run), ElementsAre(-2000, 8000, 8000));
}

TEST(ScriptRunner, AbsoluteTimerMakesUpForAMissedPeriod) {
  ScenarioRun run("fcfs");
  Task late = task("a", {RunEvent{12_ms}, TimerEvent{"t", 10_ms, TimerMode::absolute}});
  late.phases.push_back(phase({RunEvent{2_ms}, TimerEvent{"t", 10_ms, TimerMode::absolute}}, 2));
  run.launch(scenario({late})).run();
  EXPECT_EQ(run.schedule(), "a 0-14, a 20-22");
  EXPECT_THAT(slacks(run), ElementsAre(-2000, 6000, 8000));
}

// Both move the same deadline: a to 10, b to 20, a to 30.
TEST(ScriptRunner, TimerOfTheSameNameIsShared) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{1_ms}, TimerEvent{"t", 10_ms}}, 2),
                         task("b", {RunEvent{1_ms}, TimerEvent{"t", 10_ms}, RunEvent{1_ms}})}),
            "a 0-1, b 1-2, a 10-11, b 20-21");
}

TEST(ScriptRunner, UniqueTimerIsTheInstancesOwn) {
  Task periodic = task("a", {RunEvent{1_ms}, TimerEvent{"unique", 10_ms, TimerMode::relative, true}}, 2);
  periodic.instances = 2;
  EXPECT_EQ(schedule_of({periodic}), "a-0 0-1, a-1 1-2, a-0 10-11, a-1 11-12");
}

TEST(ScriptRunner, TimersCountFromTheDelay) {
  Task delayed = task("a", {RunEvent{1_ms}, TimerEvent{"t", 10_ms}, RunEvent{1_ms}});
  delayed.delay = 5_ms;
  EXPECT_EQ(schedule_of({delayed}), "a 5-6, a 15-16");
}

TEST(ScriptRunner, ActivationBeginsWithTheLatencyOfItsWakeup) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("a", {RunEvent{1_ms}, TimerEvent{"t", 10_ms}}, 2), task("b", {RunEvent{12_ms}})})).run();
  std::vector<std::uint64_t> latencies;
  for (const TraceEvent& event : run.trace.of(TraceKind::activation_begun)) latencies.push_back(event.b);
  // a, b, and a again: b computes until 13.
  EXPECT_THAT(latencies, ElementsAre(0, 0, 3'000'000));
}

TEST(ScriptRunner, LockKeepsOthersOut) {
  EXPECT_EQ(schedule_of({task("a", {LockEvent{"m"}, RunEvent{1_ms}, SleepEvent{4_ms}, UnlockEvent{"m"}}),
                         task("b", {RunEvent{1_ms}, LockEvent{"m"}, RunEvent{1_ms}, UnlockEvent{"m"}})}),
            "a 0-1, b 1-2, b 5-6");
}

TEST(ScriptRunner, SignalWakesOneWaiterAndBroadcastAll) {
  Task waiter = task("w", {LockEvent{"m"}, WaitEvent{"c", "m"}, UnlockEvent{"m"}, RunEvent{1_ms}});
  waiter.instances = 3;
  EXPECT_EQ(
      schedule_of({waiter, task("s", {SleepEvent{5_ms}, SignalEvent{"c"}, SleepEvent{5_ms}, BroadcastEvent{"c"}})}),
      "w-0 5-6, w-1 10-11, w-2 11-12");
}

TEST(ScriptRunner, SyncSignalsAndWaits) {
  EXPECT_EQ(schedule_of(
                {task("a", {LockEvent{"m"}, WaitEvent{"c", "m"}, RunEvent{1_ms}, SignalEvent{"c"}, UnlockEvent{"m"}}),
                 task("b", {SleepEvent{2_ms}, LockEvent{"m"}, SyncEvent{"c", "m"}, RunEvent{1_ms}, UnlockEvent{"m"}})}),
            "a 2-3, b 3-4");
}

TEST(ScriptRunner, BarrierOpensWhenEveryInstanceHasCome) {
  Task party = task("p", {BarrierEvent{"b"}, RunEvent{1_ms}});
  party.instances = 2;
  EXPECT_EQ(schedule_of({party, task("q", {RunEvent{5_ms}, BarrierEvent{"b"}, RunEvent{1_ms}})}),
            "q 0-6, p-0 6-7, p-1 7-8");
}

TEST(ScriptRunner, BarrierNamedTwiceByATaskCountsItOnce) {
  EXPECT_EQ(schedule_of({task("a", {BarrierEvent{"b"}, RunEvent{1_ms}, BarrierEvent{"b"}}),
                         task("b", {BarrierEvent{"b"}, RunEvent{1_ms}, BarrierEvent{"b"}})}),
            "b 0-1, a 1-2");
}

TEST(ScriptRunner, SuspendWaitsForResume) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("a", {RunEvent{1_ms}, SuspendEvent{"a"}, RunEvent{1_ms}}),
                       task("b", {SleepEvent{5_ms}, ResumeEvent{"a"}})}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "a 0-1, a 6-7");
  EXPECT_EQ(run.trace.count(TraceKind::thread_blocked, static_cast<int>(WaitKind::suspended)), 1U);
}

TEST(ScriptRunner, ResumeOfNobodyIsLost) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("b", {ResumeEvent{"a"}}), task("a", {RunEvent{1_ms}, SuspendEvent{"a"}})}));
  EXPECT_EQ(run.run(), RunEnd::deadlock);
  const StallReport report = run.machine->stall_report();
  ASSERT_EQ(report.threads.size(), 1U);
  EXPECT_EQ(report.threads.front().object, "a");
  EXPECT_EQ(report.threads.front().kind, WaitKind::suspended);
}

TEST(ScriptRunner, SemaphoreStartsWhereTheScenarioSays) {
  Scenario slots =
      scenario({task("a", {SemaphoreWaitEvent{"s"}, RunEvent{1_ms}, SleepEvent{9_ms}, SemaphorePostEvent{"s"}})});
  slots.tasks.front().instances = 3;
  slots.semaphores["s"] = 2;
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(slots).run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "a-0 0-1, a-1 1-2, a-2 10-11");
}

TEST(ScriptRunner, YieldGoesBehindOthers) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{1_ms}, YieldEvent{}, RunEvent{1_ms}}), task("b", {RunEvent{1_ms}})},
                        "round_robin"),
            "a 0-1, b 1-2, a 2-3");
}

TEST(ScriptRunner, ExitEndsTheThreadInTheMiddle) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{1_ms}, ExitEvent{}, RunEvent{1_ms}}, 5)}), "a 0-1");
}

TEST(ScriptRunner, PhaseSetsItsAttributesWhenTheyDiffer) {
  SchedAttributes nice;
  nice.nice = 5;
  Task changing = task("a", {RunEvent{1_ms}}, 3);
  changing.phases.push_back(phase({RunEvent{1_ms}}, 3));
  changing.phases.back().sched.attributes = nice;
  changing.loop = 2;
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({changing})).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
  std::size_t calls = 0;
  for (const TraceEvent& event : run.trace.of(TraceKind::syscall_entered)) {
    if (event.a == call_number::sched_setattr) ++calls;
  }
  EXPECT_EQ(calls, 1U);
}

TEST(ScriptRunner, PhaseMovesToItsCpus) {
  Task moving = task("a", {RunEvent{1_ms}});
  moving.sched.cpus = std::vector<CpuId>{CpuId(1)};
  moving.phases.push_back(phase({RunEvent{1_ms}}));
  moving.phases.back().sched.cpus = std::vector<CpuId>{CpuId(0)};
  MachineConfig config;
  config.topology = Topology::uniform(2);
  ScenarioRun run("fcfs", config);
  EXPECT_EQ(run.launch(scenario({moving})).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
  std::vector<int> cpus;
  for (const TraceEvent& event : run.trace.of(TraceKind::run_begin)) cpus.push_back(event.cpu.value());
  EXPECT_THAT(cpus, ElementsAre(1, 0));
}

TEST(ScriptRunner, FailuresAreNotedOncePerPlace) {
  Task wrong = task("a", {UnlockEvent{"m"}, RunEvent{1_ms}}, 3);
  wrong.phases.push_back(phase({WaitEvent{"c", "m"}}));
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({wrong})).run(), RunEnd::finished);
  EXPECT_THAT(
      run.launched.notes(),
      ElementsAre("test.json:1:1: unlock failed 3 times: EPERM (Operation not permitted), first at 0.000000000 s",
                  "test.json:1:1: wait failed once: EPERM (Operation not permitted), first at 0.003000000 s"));
}

// Nothing records it, and slow builds skip it: the watchdog takes its time.
TEST(ScriptRunner, EndlessTurnsInNoTimeAreStoppedByTheWatchdog) {
  if (!frames_are_small()) GTEST_SKIP() << "20 million turns";
  Simulation simulation(1);
  const SyscallTable calls = all_calls();
  Machine machine(simulation, MachineConfig(), policy_of("fcfs"), calls);
  const Scenario spinning = scenario({task("a", {SemaphorePostEvent{"s"}, SemaphoreWaitEvent{"s"}}, -1)});
  const Launched launched = launch(spinning, machine, {});
  EXPECT_EQ(machine.run(), RunEnd::watchdog);
}

// What the oracle of sjf and srtf is told, at each sleep.
std::vector<std::int64_t> declared_bursts(const Task& task) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task}));
  std::vector<std::int64_t> bursts;
  for (Instant limit; run.machine->run(limit) == RunEnd::until; limit += 1_ms) {
    run.machine->processes().for_each_thread([&](const Thread& thread) {
      if (thread.state == ThreadState::blocked) bursts.push_back(thread.entity.expected_burst / 1_ms);
    });
  }
  return bursts;
}

TEST(ScriptRunner, DeclaresTheBurstAfterEachSleep) {
  Task periodic = task("a", {RunEvent{2_ms}, SleepEvent{1_ms}, RunEvent{3_ms}}, 2);
  periodic.phases.push_back(phase({RunEvent{4_ms}}));
  // First sleep: 3, then again 2. Last turn: 3, then 4 in the next phase.
  EXPECT_THAT(declared_bursts(periodic), ElementsAre(5, 7));
}

// Every kind of event on a compact stack, with prices, slices and a trace.
TEST(ScriptRunner, NeedsLittleStack) {
  if (!frames_are_small()) GTEST_SKIP() << "unoptimised frames say nothing";
  MachineConfig config = cpus_of({1024, 300});
  config.costs.thread_switch = 1_us;
  config.costs.process_switch = 2_us;
  config.costs.syscall = 300_ns;
  config.costs.wakeup = 1_us;
  config.costs.lock = 20_ns;
  config.tick = 1_ms;
  SchedAttributes nice;
  nice.nice = 3;
  Task all = task("a",
                  {RunEvent{100_us}, RuntimeEvent{100_us}, SleepEvent{100_us}, TimerEvent{"t", 1_ms},
                   TimerEvent{"unique", 1_ms, TimerMode::relative, true}, LockEvent{"m"}, SignalEvent{"c"},
                   UnlockEvent{"m"}, UnlockEvent{"m"}, BarrierEvent{"b"}, SemaphorePostEvent{"s"},
                   SemaphoreWaitEvent{"s"}, YieldEvent{}, ResumeEvent{"r"}},
                  4);
  all.phases.front().sched.attributes = nice;
  all.phases.push_back(phase({SleepEvent{100_us}, RunEvent{100_us}}, 2000));
  all.phases.back().sched.cpus = std::vector<CpuId>{CpuId(1)};
  all.phases.push_back(phase({LockEvent{"m"}, SyncEvent{"c", "m"}, UnlockEvent{"m"}}));
  all.instances = 4;
  Task other = task("b", {SleepEvent{1_s}, BroadcastEvent{"c"}}, 3);
  const Scenario both = scenario({all, other});

  ScenarioRun run("cfs", config);
  StackProbe probe(run, both);
  run.run(Instant() + 10_s);
  EXPECT_LT(probe.deepest(), 2560U);
  RecordProperty("deepest", static_cast<int>(probe.deepest()));
}

}  // namespace signalbox::script_runner_test
