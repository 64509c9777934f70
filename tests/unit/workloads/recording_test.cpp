#include "workloads/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"
#include "tests/support/script_tasks.hpp"
#include "workloads/script_compiler.hpp"

namespace signalbox::recording_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum RecordedDeed;

Task recorded(const std::string& name, std::vector<RecordedStep> steps) {
  return task(name, {RecordingEvent{std::move(steps)}});
}
RecordedStep computes(Duration length) { return {length.nanoseconds(), 1, RecordedDeed::run}; }
RecordedStep sleeps(Duration length) { return {length.nanoseconds(), 2, RecordedDeed::sleep}; }
RecordedStep waits() { return {0, 3, await}; }
RecordedStep wakes(std::int64_t whom) { return {whom, 4, wake}; }
RecordedStep starts(std::int64_t whom) { return {whom, 5, start}; }

TEST(AttributesOfPriority, AreNiceOrRealtimeAsTheKernelNumbersThem) {
  EXPECT_EQ(attributes_of_priority(120), SchedAttributes());
  EXPECT_EQ(attributes_of_priority(100).nice, -20);
  EXPECT_EQ(attributes_of_priority(highest_kernel_priority).nice, 19);
  EXPECT_EQ(attributes_of_priority(98).sched_class, SchedClass::fifo);
  EXPECT_EQ(attributes_of_priority(98).realtime_priority, 1);
  EXPECT_EQ(attributes_of_priority(0).realtime_priority, 99);
  EXPECT_EQ(attributes_of_priority(lowest_kernel_priority).realtime_priority, 99);
}

TEST(Recording, RunsSleepsAndWaitsForItsWaker) {
  MachineConfig config;
  config.topology = Topology::uniform(2);
  ScenarioRun run("fcfs", config);
  run.launch(scenario({recorded("a", {computes(2_ms), wakes(1), sleeps(3_ms), computes(1_ms)}),
                       recorded("b", {computes(1_ms), waits(), computes(4_ms)})}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "b 0-1, a 0-2, b 2-6, a 5-6");
}

// A resume() of rt-app would be lost here, and the replay hang.
TEST(Recording, WakeBeforeTheWaitEndsIt) {
  ScenarioRun run;
  run.launch(
      scenario({recorded("a", {wakes(1), computes(2_ms)}), recorded("b", {computes(1_ms), waits(), computes(1_ms)})}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "a 0-2, b 2-4");
}

TEST(Recording, StartedThreadKeepsItsName) {
  ScenarioRun run;
  Task child = recorded("child", {computes(1_ms)});
  child.instances = 0;
  run.launch(scenario({recorded("parent", {computes(1_ms), starts(1), computes(1_ms)}), child}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "parent 0-2, child 2-3");
  EXPECT_THAT(run.launched.notes(), IsEmpty());
}

// What was recorded as time on a CPU held the calls' time as well.
TEST(Recording, TimeOfItsCallsIsPartOfItsRuns) {
  MachineConfig config;
  config.costs.syscall = 2_us;
  config.costs.fork = 30_us;
  ScenarioRun run("fcfs", config);
  Task child = recorded("child", {computes(5_us)});
  child.instances = 0;
  run.launch(
      scenario({recorded("a", {computes(10_us), starts(1), computes(100_us), sleeps(1_ms), computes(50_us)}), child}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  std::map<Tid, Duration> times;
  for (const TraceEvent& event : run.trace.events()) {
    if (event.kind != TraceKind::run_end) continue;
    times[event.thread] += Duration(static_cast<std::int64_t>(event.a + event.b));
  }
  ASSERT_EQ(times.size(), 2U);
  EXPECT_EQ(times.begin()->second, 160_us + 2_us) << "but for its exit";
}

TEST(Recording, ChangesItsPriority) {
  ScenarioRun run("eevdf");
  run.launch(scenario({recorded("a", {computes(1_ms), {130, 1, priority}, computes(1_ms)})}));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), IsEmpty());
}

TEST(Recording, FailedStepIsNotedWithItsLine) {
  ScenarioRun run;
  Task child = recorded("child", {computes(1_ms)});
  child.instances = 0;
  std::vector<RecordedStep> steps(1025, starts(1));
  run.launch(scenario({recorded("parent", steps), child}));
  run.run();
  ASSERT_EQ(run.launched.notes().size(), 1U);
  EXPECT_THAT(run.launched.notes().front(), HasSubstr("test.json:5:1: fork failed once: EAGAIN"));
}

}  // namespace signalbox::recording_test
