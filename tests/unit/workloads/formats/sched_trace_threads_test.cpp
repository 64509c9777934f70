#include "workloads/formats/sched_trace_threads.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace signalbox::sched_trace_threads_test {

using enum RecordedDeed;

const std::vector<RecordedStep>& steps_of(const Task& task) {
  return std::get<RecordingEvent>(task.phases.front().events.front().action).steps;
}

TEST(SchedTraceThreads, LivingThreadIsFoundByItsPid) {
  SchedTraceThreads threads;
  EXPECT_FALSE(threads.find(5).has_value());
  const TraceThreadId first = threads.add(5, "a", Instant(), 1);
  EXPECT_EQ(threads.find(5), first);
  threads.end(first, 2);
  EXPECT_FALSE(threads.find(5).has_value());
  const TraceThreadId second = threads.add(5, "a", Instant(), 3);
  EXPECT_EQ(threads.find(5), second);
  threads.end(first, 4);
  EXPECT_EQ(threads.find(5), second) << "an old one's end is not the new one's";
}

TEST(SchedTraceThreads, TaskIsNamedByItsLastKnownNameAndPid) {
  SchedTraceThreads threads;
  const TraceThreadId id = threads.add(5, "<...>", Instant(1'000), 3);
  threads.rename(id, "make");
  threads.rename(id, ":5");
  threads.rename(id, "cc\n1");
  threads.end(id, 4);
  threads.add(5, "cc?1", Instant(3'000), 9);
  threads.add(6, "", Instant(3'000), 9);
  const std::vector<Task> tasks = threads.take_tasks("f", Instant(1'000));
  EXPECT_EQ(tasks[0].name, "cc?1-5");
  EXPECT_EQ(tasks[1].name, "cc?1-5'2");
  EXPECT_EQ(tasks[2].name, "thread-6");
  EXPECT_EQ(tasks[0].delay, Duration());
  EXPECT_EQ(tasks[1].delay, 2_us);
  EXPECT_EQ(tasks[0].place.line, 3U);
  EXPECT_EQ(tasks[0].loop, 1);
}

TEST(SchedTraceThreads, RunsUpToAStepAreOne) {
  SchedTraceThreads threads;
  const TraceThreadId id = threads.add(5, "a", Instant(), 1);
  threads[id].run += 3_us;
  threads[id].run += 4_us;
  threads.add_step(id, sleep, 100, 2);
  threads[id].run += 1_us;
  const std::vector<Task> tasks = threads.take_tasks("f", Instant());
  EXPECT_EQ(steps_of(tasks[0]), (std::vector<RecordedStep>{{7'000, 2, run}, {100, 2, sleep}, {1'000, 1, run}}));
}

TEST(SchedTraceThreads, WakeThatNobodyConfirmsIsNoStep) {
  SchedTraceThreads threads;
  const TraceThreadId waker = threads.add(5, "a", Instant(), 1);
  const TraceThreadId sleeper = threads.add(6, "b", Instant(), 1);
  threads.add_wake(waker, Instant(1), 2);
  const TraceWake second = threads.add_wake(waker, Instant(2), 3);
  threads.confirm(second, sleeper);
  threads.confirm(threads.add_wake({}, Instant(3), 4), sleeper);
  const std::vector<Task> tasks = threads.take_tasks("f", Instant());
  EXPECT_EQ(steps_of(tasks[0]), (std::vector<RecordedStep>{{sleeper, 3, wake}}));
}

TEST(SchedTraceThreads, FirstPriorityIsTheTasksAndLaterOnesAreSteps) {
  SchedTraceThreads threads;
  const TraceThreadId id = threads.add(5, "a", Instant(), 1);
  threads[id].run += 1_us;
  threads.set_priority(id, 98, 2);
  threads.set_priority(id, 98, 3);
  threads.set_priority(id, 130, 4);
  const TraceThreadId usual = threads.add(6, "b", Instant(), 1);
  threads.set_priority(usual, 120, 2);
  const std::vector<Task> tasks = threads.take_tasks("f", Instant());
  EXPECT_EQ(tasks[0].sched.attributes, attributes_of_priority(98));
  EXPECT_EQ(steps_of(tasks[0]), (std::vector<RecordedStep>{{1'000, 4, run}, {130, 4, priority}}));
  EXPECT_FALSE(tasks[1].sched.attributes.has_value());
}

TEST(SchedTraceThreads, ThreadsOfOneTgidShareAProcess) {
  SchedTraceThreads threads;
  for (const std::int32_t pid : {5, 6, 7, 8}) threads.add(pid, "a", Instant(), 1);
  threads[0].tgid = threads[2].tgid = 5;
  threads[1].tgid = 6;
  const std::vector<Task> tasks = threads.take_tasks("f", Instant());
  EXPECT_EQ(tasks[0].process, "a-5");
  EXPECT_EQ(tasks[1].process, "");
  EXPECT_EQ(tasks[2].process, "a-5");
  EXPECT_EQ(tasks[3].process, "");
}

}  // namespace signalbox::sched_trace_threads_test
