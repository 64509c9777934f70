#include "workloads/launch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "kernel/exec/compact_arena.hpp"
#include "tests/support/scenario_run.hpp"
#include "tests/support/script_tasks.hpp"
#include "workloads/formats/registry.hpp"

namespace signalbox::launch_test {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StrEq;
using testing::ThrowsMessage;

// A program that computes 1 ms in two threads.
const NativeProgram pair{"pair", "two threads", {}, [](const ProgramArguments&, const Prng&) {
                           return guest_program([](Guest& guest) {
                             const Tid other = *guest.thread("other", guest_program([](Guest& self) {
                                                               self.compute(1_ms);
                                                               return 0;
                                                             }));
                             guest.compute(1_ms);
                             return guest.join(other).has_value() ? 0 : 1;
                           });
                         }};
constexpr std::array<const NativeProgram*, 1> programs{&pair};

Task native_task(const std::string& name, const std::string& program) {
  Task made;
  made.name = name;
  made.loop = 1;
  made.place = {"test.json", 2, 3};
  made.program = ProgramCall{program, {}, {"test.json", 4, 5}};
  return made;
}

std::vector<std::string> names_of(const ScenarioRun& run) {
  std::vector<std::string> names;
  for (const auto& [tid, name] : run.thread_names()) names.push_back(name);
  return names;
}

std::string schedule_of(const Scenario& scenario) {
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario, programs).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
  return run.schedule();
}

TEST(Launch, TasksOfOneInstantArriveInFileOrder) {
  Task late = task("late", {RunEvent{1_ms}});
  late.delay = 1_ms;
  Task early = task("early", {RunEvent{1_ms}});
  Task with_late = task("with_late", {RunEvent{1_ms}});
  with_late.delay = 1_ms;
  EXPECT_EQ(schedule_of(scenario({late, early, with_late})), "early 0-1, late 1-2, with_late 2-3");
}

TEST(Launch, InstancesAreNumberedWhereThereMayBeMoreThanOne) {
  Task three = task("three", {RunEvent{1_ms}});
  three.instances = 3;
  Task forked = task("forked", {RunEvent{1_ms}});
  Task only_forked = task("only_forked", {RunEvent{1_ms}});
  only_forked.instances = 0;
  ScenarioRun run("fcfs");
  run.launch(scenario({three, task("one", {RunEvent{1_ms}}), forked, only_forked,
                       task("forks", {ForkEvent{"forked"}, ForkEvent{"only_forked"}, ForkEvent{"forked"}})}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_THAT(names_of(run), ElementsAre("three-0", "three-1", "three-2", "one", "forked-0", "forks", "forked-1",
                                         "only_forked-0", "forked-2"));
}

TEST(Launch, TaskIsAProcessOfItsOwn) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("a", {RunEvent{1_ms}}), task("b", {RunEvent{1_ms}})})).run();
  EXPECT_EQ(run.trace.of(TraceKind::process_created).size(), 2U);
  EXPECT_EQ(run.trace.of(TraceKind::process_reaped).size(), 2U);
}

// The first thread ends first; the process ends with its last.
TEST(Launch, TasksThatNameAProcessAreThreadsOfIt) {
  Task leader = task("leader", {RunEvent{1_ms}});
  Task others = task("other", {RunEvent{2_ms}});
  others.instances = 2;
  leader.process = others.process = "both";
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({leader, others})).run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "leader 0-1, other-0 1-3, other-1 3-5");
  const auto created = run.trace.of(TraceKind::process_created);
  ASSERT_EQ(created.size(), 1U);
  const auto exited = run.trace.of(TraceKind::process_exited);
  ASSERT_EQ(exited.size(), 1U);
  EXPECT_EQ(exited.front().when, Instant() + 5_ms);
  EXPECT_EQ(exited.front().a, 0U);
}

TEST(Launch, ProcessIsMadeAgainWhenAllItsThreadsHaveEnded) {
  Task early = task("early", {RunEvent{1_ms}});
  Task late = task("late", {RunEvent{1_ms}});
  early.process = late.process = "both";
  late.delay = 5_ms;
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({early, late})).run(), RunEnd::finished);
  EXPECT_EQ(run.trace.of(TraceKind::process_created).size(), 2U);
}

TEST(Launch, ForkedTaskJoinsTheProcessItNames) {
  Task own = task("own", {RunEvent{1_ms}});
  own.instances = 0;
  own.process = "p";
  Task foreign = task("foreign", {RunEvent{1_ms}});
  foreign.instances = 0;
  foreign.process = "q";
  Task forks = task("forks", {ForkEvent{"own"}, ForkEvent{"foreign"}, ForkEvent{"foreign"}, RunEvent{1_ms}});
  forks.process = "p";
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({own, foreign, forks})).run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "forks 0-1, own-0 1-2, foreign-0 2-3, foreign-1 3-4");
  std::vector<std::uint64_t> pids;
  for (const TraceEvent& event : run.trace.of(TraceKind::thread_created)) pids.push_back(event.a);
  EXPECT_THAT(pids, ElementsAre(2, 2, 4, 4));  // forks, own-0, foreign-0, foreign-1
}

// Times count from the beginning of all, as rt-app's t_zero: a delay that is over is none.
TEST(Launch, ForkedTaskWaitsForItsDelayFromTheBeginning) {
  Task delayed = task("delayed", {RunEvent{1_ms}});
  delayed.instances = 0;
  delayed.delay = 5_ms;
  EXPECT_EQ(schedule_of(scenario({delayed, task("forks", {RunEvent{2_ms}, ForkEvent{"delayed"}, SleepEvent{6_ms},
                                                          ForkEvent{"delayed"}})})),
            "forks 0-2, delayed-0 5-6, delayed-1 8-9");
}

TEST(Launch, TaskIsForkedAtMost1024Times) {
  Task forked = task("forked", {RunEvent{1_us}});
  forked.instances = 0;
  ScenarioRun run("fcfs");
  run.launch(scenario({forked, task("forks", {ForkEvent{"forked"}, SleepEvent{2_us}}, 1030)}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.trace.of(TraceKind::process_created).size(), 1025U);
  EXPECT_THAT(run.launched.notes(),
              ElementsAre("test.json:1:1: fork failed 6 times: EAGAIN (Resource temporarily unavailable), first at "
                          "0.002048000 s"));
}

TEST(Launch, NativeProgramIsAProcess) {
  EXPECT_EQ(schedule_of(scenario({native_task("n", "pair")})), "n 0-1, other 1-2");
}

TEST(Launch, NativeProgramInASharedProcessEndsAlone) {
  Task native = native_task("n", "pair");
  Task script = task("s", {SleepEvent{5_ms}, RunEvent{1_ms}});
  native.process = script.process = "p";
  ScenarioRun run("fcfs");
  EXPECT_EQ(run.launch(scenario({native, script}), programs).run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "n 0-1, other 1-2, s 6-7");
}

TEST(Launch, MayEndBeforeTheMachineOrAfterIt) {
  const Scenario waiting = scenario({task("a", {SuspendEvent{"a"}}), native_task("n", "pair")});
  {
    ScenarioRun run("fcfs");
    run.launch(waiting, programs);
    EXPECT_EQ(run.run(), RunEnd::deadlock);
    run.launched = Launched();
  }
  {
    ScenarioRun run("fcfs");
    run.launch(waiting, programs);
    EXPECT_EQ(run.run(), RunEnd::deadlock);
    run.machine.reset();
    EXPECT_THAT(run.launched.notes(), IsEmpty());
  }
  {
    ScenarioRun run("fcfs");
    run.launch(waiting, programs);
    run.launched = Launched();
    EXPECT_EQ(run.run(Instant() + 1_us), RunEnd::until);
  }
}

// Ends the process of every thread that ever sleeps, at every instant at which it begins to: nothing breaks.
TEST(Launch, ThreadsCanBeKilledInEverySleep) {
  Task party = task("p",
                    {RunEvent{100_us}, LockEvent{"m"}, WaitEvent{"c", "m"}, UnlockEvent{"m"}, BarrierEvent{"b"},
                     SemaphoreWaitEvent{"s"}, TimerEvent{"unique", 1_ms, TimerMode::relative, true}, SuspendEvent{"x"},
                     LockEvent{"m"}, SleepEvent{100_us}, UnlockEvent{"m"}},
                    2);
  party.instances = 3;
  const Scenario all = scenario(
      {party, task("q", {SleepEvent{300_us}, BroadcastEvent{"c"}, SemaphorePostEvent{"s"}, ResumeEvent{"x"}}, 12),
       native_task("n", "pair")});
  ScenarioRun baseline("round_robin");
  baseline.launch(all, programs).run(Instant() + 20_ms);
  const auto sleeps = baseline.trace.of(TraceKind::thread_blocked);
  ASSERT_GT(sleeps.size(), 30U);
  for (const TraceEvent& sleep : sleeps) {
    for (const Duration later : {0_ns, 1_ns}) {
      ScenarioRun run("round_robin");
      run.launch(all, programs);
      run.machine->at(sleep.when + later, [&run, &sleep] {
        Thread* thread = run.machine->processes().find_thread(sleep.thread);
        if (thread != nullptr) run.machine->end_process(thread->process, WaitStatus::killed_by(9));
      });
      EXPECT_NE(run.run(Instant() + 20_ms), RunEnd::watchdog);
    }
  }
}

std::string error_of(const Scenario& wrong) {
  try {
    check_scenario(wrong, Topology::uniform(2), programs);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Launch, ScenarioThatDoesNotFitTheMachineIsAnInputError) {
  Task too_far = task("a", {RunEvent{1_ms}});
  too_far.sched.cpus = std::vector<CpuId>{CpuId(0), CpuId(2)};
  EXPECT_EQ(error_of(scenario({too_far})),
            "test.json:1:1: error: CPU 2 in \"cpus\"; expected a CPU of the machine, 0 to 1");
  Task phase_too_far = task("a", {RunEvent{1_ms}});
  phase_too_far.phases.front().sched.cpus = std::vector<CpuId>{CpuId(7)};
  EXPECT_EQ(error_of(scenario({phase_too_far})),
            "test.json:1:1: error: CPU 7 in \"cpus\"; expected a CPU of the machine, 0 to 1");
  Task crowd = task("a", {RunEvent{1_ms}});
  crowd.instances = 4'194'303;
  EXPECT_EQ(error_of(scenario({crowd})),
            "test.json:1:1: error: 4194303 instances up to here; expected at most 4194302 threads");
}

TEST(Launch, WhatTheMachineHasNoPartForIsAnInputError) {
  const auto launch_error = [](const ScriptAction& action) -> std::string {
    try {
      ScenarioRun().launch(scenario({task("a", {RunEvent{1_ms}, action})}), programs);
    } catch (const InputError& wrong) {
      return wrong.what();
    }
    return "";
  };
  const auto needs_memory = [](const std::string& event) {
    return "test.json:1:1: error: \"" + event + "\" needs memory; expected a machine that has memory";
  };
  EXPECT_EQ(launch_error(MemsetEvent{}), needs_memory("mem"));
  EXPECT_EQ(launch_error(MemoryRunEvent{}), needs_memory("memrun"));
  EXPECT_EQ(launch_error(TouchEvent{}), needs_memory("touch"));
  EXPECT_EQ(launch_error(IoRunEvent{}), "");  // to /dev/null
}

TEST(Launch, ReferenceToNothingIsAnInputError) {
  EXPECT_EQ(error_of(scenario({native_task("n", "pear")})),
            "test.json:4:5: error: there is no program \"pear\"; expected one of pair (did you mean pair?)");
  EXPECT_EQ(error_of(scenario({task("a", {ForkEvent{"b"}})})),
            "test.json:1:1: error: there is no task \"b\" to fork; expected the name of a task");
  Task nobody = task("a", {BarrierEvent{"b"}});
  nobody.instances = 0;
  EXPECT_EQ(error_of(scenario({nobody})),
            "test.json:1:1: error: nobody who starts by itself comes to the barrier \"b\"; expected a task with at "
            "least one instance that names it");
  Scenario negative = scenario({task("a", {SemaphoreWaitEvent{"s"}})});
  negative.semaphores["s"] = -1;
  EXPECT_EQ(error_of(negative), "test.json:1:1: error: the semaphore \"s\" starts with -1; expected 0 to 2147483647");
  Task never = task("a", {RunEvent{1_ms}}, 0);
  never.phases.front().name = "p";
  EXPECT_EQ(error_of(scenario({never})),
            "test.json:1:1: error: \"loop\" is 0 in the phase \"p\"; expected how often, or -1 for ever");
}

TEST(Launch, HostMemoryGrowsWithTheInstances) {
  Task crowd = task("a", {RunEvent{1_ms}});
  crowd.instances = 1000;
  const std::uint64_t each = host_bytes_needed(scenario({crowd}), {}) / 1000;
  EXPECT_GT(each, CompactArena::stack_bytes + sizeof(Thread) + sizeof(Process));
  crowd.process = "p";
  EXPECT_EQ(host_bytes_needed(scenario({crowd}), {}) / 1000, each - sizeof(Process));
}

TEST(Launch, HostMemoryCountsTheThreadsOfProgramsAndWhatIsKeptOfEach) {
  static const NativeProgram crew{
      "crew", "many", {}, pair.make, [](const ProgramArguments&) { return std::uint64_t{20'000}; }};
  constexpr std::array<const NativeProgram*, 1> crews{&crew};
  const Scenario one = scenario({native_task("p", "pair")});
  const Scenario many = scenario({native_task("c", "crew")});
  EXPECT_EQ(host_bytes_needed(many, crews), 20'000 * host_bytes_needed(one, programs));
  EXPECT_EQ(host_bytes_needed(many, crews, 192), host_bytes_needed(many, crews) + 20'000 * 192);
}

// What each task of a shipped scenario has to compute, added up by hand.
TEST(Launch, ShippedBuildComputesWhatItsFilesAskFor) {
  const Scenario build = load_scenario(SIGNALBOX_SOURCE_DIR "/workloads/scenarios/build_system.json");
  ScenarioRun run("round_robin");
  EXPECT_EQ(run.launch(build).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
  std::map<std::string, Duration> by_task;
  for (const auto& [name, time] : run.user_times()) by_task[name.substr(0, name.find('-'))] += time;
  EXPECT_EQ(by_task.at("make"), 48 * 300_us);
  EXPECT_EQ(by_task.at("compile"), 36 * (1500_us + 11000_us + 6500_us));
  EXPECT_EQ(by_task.at("compile_large"), 12 * (2500_us + 64000_us + 21000_us));
  EXPECT_EQ(by_task.at("link"), 48 * 150_us + 45000_us);
}

// Who waits behind a hog for the rest of the run is due every period, and the trace does not say so.
TEST(Launch, CountsTheDeadlinesOfThreadsThatDoNotRun) {
  const auto missed = [](TimerMode mode) {
    ScenarioRun run("fcfs");
    Task periodic = task("periodic", {RunEvent{2_ms}, TimerEvent{"t", 10_ms, mode}}, -1);
    Task never = task("never", {RunEvent{2_ms}, TimerEvent{"own", 20_ms, mode, true}}, -1);
    never.delay = 5_ms;
    Task hog = task("hog", {RunEvent{1_s}});
    hog.delay = 1_ms;
    run.launch(scenario({periodic, hog, never})).run(Instant() + 100_ms);
    std::map<std::string, std::uint64_t> counts;
    const auto names = run.thread_names();
    for (const MissedDeadlines& thread : run.launched.missed_deadlines(run.trace.end())) {
      counts[names.at(thread.thread)] = thread.count;
    }
    return counts;
  };
  // Periodic has made that of 10 ms. Never began at 5 ms, so its first is due at 25 ms.
  const std::map<std::string, std::uint64_t> of_relative{{"periodic", 1}, {"never", 1}};
  const std::map<std::string, std::uint64_t> of_absolute{{"periodic", 8}, {"never", 4}};
  EXPECT_EQ(missed(TimerMode::relative), of_relative);
  EXPECT_EQ(missed(TimerMode::absolute), of_absolute);
}

TEST(Launch, AThreadThatHasEndedMissesNoMoreDeadlines) {
  ScenarioRun run("fcfs");
  run.launch(scenario({task("short", {RunEvent{2_ms}, TimerEvent{"t", 10_ms, TimerMode::absolute}}, 2),
                       task("long", {SleepEvent{90_ms}})}));
  run.run(Instant() + 80_ms);
  EXPECT_THAT(run.launched.missed_deadlines(run.trace.end()), IsEmpty());
}

TEST(Launch, RtAppFileRunsAsItsTutorialSays) {
  // doc/tutorial.txt: 10 turns of 30 ms at 10 % load, then 10 at 90 %.
  const Scenario steps = parse_scenario(R"({"tasks": {"t": {"instance": 12, "loop": 1, "phases": {
      "light": {"loop": 10, "run": 3000, "timer": {"ref": "unique", "period": 30000}},
      "heavy": {"loop": 10, "run": 27000, "timer": {"ref": "unique", "period": 30000}}}}}})",
                                        "steps.json");
  MachineConfig config;
  config.topology = Topology::uniform(12);
  ScenarioRun run("cfs", config);
  EXPECT_EQ(run.launch(steps).run(), RunEnd::finished);
  EXPECT_EQ(run.trace.end(), Instant() + 600_ms);
  for (const auto& [name, time] : run.user_times()) EXPECT_EQ(time, 300_ms) << name;
  EXPECT_EQ(run.trace.of(TraceKind::activation_ended).size(), 12U * 20U);
}

}  // namespace signalbox::launch_test
