#include "workloads/formats/sched_trace_history.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/support/error_of.hpp"

namespace signalbox::sched_trace_history_test {

// "a-5: run 7 sleep 2 await wake 1": a task's steps in microseconds, those it names by their position.
std::string shown(const Task& task) {
  std::string text = task.name + ":";
  for (const RecordedStep& step : std::get<RecordingEvent>(task.phases.front().events.front().action).steps) {
    switch (step.deed) {
      case RecordedDeed::run:
        text += fmt::format(" run {}", step.value / 1'000);
        break;
      case RecordedDeed::sleep:
        text += fmt::format(" sleep {}", step.value / 1'000);
        break;
      case RecordedDeed::await:
        text += " await";
        break;
      case RecordedDeed::wake:
        text += fmt::format(" wake {}", step.value);
        break;
      case RecordedDeed::start:
        text += fmt::format(" start {}", step.value);
        break;
      case RecordedDeed::priority:
        text += fmt::format(" priority {}", step.value);
        break;
    }
  }
  return text;
}

// Recordings as a test writes them: times in microseconds, names are letters for pids.
class SchedTraceHistoryTest : public testing::Test {
 protected:
  struct Who {
    const char* comm;
    int pid;
  };
  static constexpr Who idle{"swapper", 0}, a{"a", 10}, b{"b", 11}, c{"c", 12};

  void feed(unsigned cpu, int us, Who who, const std::string& event, const char* flags = "d..2.") {
    const std::string text = fmt::format("{}-{} [{:03}] {} 100.{:06}: {}", who.comm, who.pid, cpu, flags, us, event);
    const auto line = read_sched_trace_line(text);
    ASSERT_TRUE(line.has_value()) << text;
    history.feed(*line, ++number);
  }
  void switches(unsigned cpu, int us, Who prev, const char* state, Who next, int priority = 120) {
    feed(cpu, us, prev,
         fmt::format("sched_switch: prev_comm={} prev_pid={} prev_prio=120 prev_state={} ==> next_comm={} next_pid={} "
                     "next_prio={}",
                     prev.comm, prev.pid, state, next.comm, next.pid, priority));
  }
  void wakes(unsigned cpu, int us, Who waker, Who sleeper, const char* event = "sched_waking",
             const char* flags = "d..2.") {
    feed(cpu, us, waker, fmt::format("{}: comm={} pid={} prio=120 target_cpu=000", event, sleeper.comm, sleeper.pid),
         flags);
  }
  void forks(unsigned cpu, int us, Who parent, Who child) {
    feed(cpu, us, parent,
         fmt::format("sched_process_fork: comm={} pid={} child_comm={} child_pid={}", parent.comm, parent.pid,
                     child.comm, child.pid));
  }

  std::string all() {
    std::string text;
    tasks = history.take_tasks();
    for (const Task& task : tasks) text += (text.empty() ? "" : "; ") + shown(task);
    return text;
  }
  SchedTraceReport& report() { return history.report(); }

  SchedTraceHistory history{"f"};
  unsigned number = 0;
  std::vector<Task> tasks;
};

TEST_F(SchedTraceHistoryTest, StretchesBetweenPreemptionsAreOneRun) {
  switches(0, 0, idle, "R", a);
  switches(0, 10, a, "R", b);
  switches(0, 15, b, "R+", a);
  switches(0, 20, a, "Z", b);
  switches(0, 26, b, "X", idle);
  EXPECT_EQ(all(), "a-10: run 15; b-11: run 11");
  EXPECT_EQ(tasks[1].delay, 10_us) << "where it is first seen";
}

TEST_F(SchedTraceHistoryTest, SleepEndedByAThreadIsAWaitForIt) {
  switches(0, 0, idle, "R", a);
  switches(1, 1, idle, "R", b);
  switches(0, 10, a, "S", idle);
  wakes(1, 30, b, a);
  switches(0, 31, idle, "R", a);
  switches(1, 40, b, "S", idle);
  switches(0, 51, a, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 10 await run 20; b-11: run 29 wake 0 run 10");
  EXPECT_EQ(report().by_thread, 1U);
}

TEST_F(SchedTraceHistoryTest, SleepEndedByAnInterruptIsASleep) {
  switches(0, 0, idle, "R", a);
  switches(1, 0, idle, "R", b);
  switches(0, 10, a, "S", idle);
  wakes(0, 30, idle, a);
  switches(0, 31, idle, "R", a);
  switches(0, 40, a, "D", idle);
  wakes(1, 90, b, a, "sched_waking", "d.h2.");
  switches(0, 91, idle, "R", a);
  switches(0, 92, a, "Z", idle);
  switches(1, 92, b, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 10 sleep 20 run 9 sleep 50 run 1; b-11: run 92");
  EXPECT_EQ(report().by_interrupt, 2U);
  EXPECT_EQ(report().busy, 10_us + 9_us + 1_us + 92_us);
  EXPECT_EQ(report().length, 92_us);
}

// As perf's text has it, which has no flags; our own export too.
TEST_F(SchedTraceHistoryTest, WakeupBySwapperWhileAThreadRunsIsAnInterrupts) {
  switches(0, 0, idle, "R", a);
  switches(0, 10, a, "S", b);
  wakes(0, 30, idle, a);
  forks(0, 31, idle, c);
  switches(0, 40, b, "R", a);
  EXPECT_EQ(all(), "a-10: run 10 sleep 20; b-11: run 30; c-12:");
  EXPECT_EQ(report().missing_switches.count, 0U);
  EXPECT_EQ(tasks[2].instances, 1) << "an arrival";
}

// The second says the first again, on the CPU where it takes effect.
TEST_F(SchedTraceHistoryTest, WakeupAfterWakingIsTheSame) {
  switches(0, 0, idle, "R", a);
  switches(1, 0, idle, "R", b);
  switches(0, 10, a, "S", c);
  wakes(1, 30, b, a);
  wakes(0, 31, c, a, "sched_wakeup");
  switches(0, 32, c, "Z", a);
  switches(0, 33, a, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 10 await run 1; b-11: run 30 wake 0 run 3; c-12: run 22");
}

TEST_F(SchedTraceHistoryTest, WakeupAloneTellsItToo) {
  switches(0, 0, idle, "R", a);
  switches(1, 0, idle, "R", b);
  switches(0, 10, a, "S", idle);
  wakes(1, 30, b, a, "sched_wakeup");
  switches(0, 32, idle, "R", a);
  EXPECT_EQ(all(), "a-10: run 10 await; b-11: run 30 wake 0 run 2");
}

TEST_F(SchedTraceHistoryTest, WakingOnTheWayToSleepEndsThatSleep) {
  switches(0, 0, idle, "R", a);
  switches(1, 0, idle, "R", b);
  wakes(1, 29, b, a);
  switches(0, 30, a, "S", idle);
  switches(0, 31, idle, "R", a);
  EXPECT_EQ(all(), "a-10: run 30 await; b-11: run 29 wake 0 run 2");
}

TEST_F(SchedTraceHistoryTest, WakingLongBeforeKeptItFromSleeping) {
  switches(0, 0, idle, "R", a);
  switches(1, 0, idle, "R", b);
  wakes(1, 29, b, a);
  switches(0, 90, a, "S", idle);
  wakes(0, 99, idle, a);
  switches(0, 99, idle, "R", a);
  EXPECT_EQ(all(), "a-10: run 90 sleep 9; b-11: run 99");
}

TEST_F(SchedTraceHistoryTest, WakeupWithoutSuccessIsCountedOnly) {
  switches(0, 0, idle, "R", a);
  feed(0, 5, a, "sched_wakeup: comm=b pid=11 prio=120 success=0 target_cpu=000");
  switches(0, 9, a, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 9");
  EXPECT_EQ(report().failed_wakes.count, 1U);
}

TEST_F(SchedTraceHistoryTest, ForkedThreadIsStartedByItsParent) {
  switches(0, 0, idle, "R", a);
  forks(0, 5, a, b);
  wakes(0, 6, a, b, "sched_wakeup_new");
  switches(0, 8, a, "S", b);
  switches(0, 9, b, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 5 start 1 run 3; b-11: run 1");
  EXPECT_EQ(tasks[1].instances, 0);
  EXPECT_EQ(report().reused_pids.count, 0U);
}

TEST_F(SchedTraceHistoryTest, NewtaskTellsThreadsOfAProcess) {
  switches(0, 0, idle, "R", a);
  feed(0, 5, a, "task_newtask: pid=11 comm=a clone_flags=3d0f00 oom_score_adj=0");
  forks(0, 5, a, b);
  switches(0, 8, a, "S", b);
  EXPECT_EQ(all(), "a-10: run 5 start 1 run 3; b-11:");
  EXPECT_EQ(tasks[0].process, "a-10");
  EXPECT_EQ(tasks[1].process, "a-10");
}

TEST_F(SchedTraceHistoryTest, ForkFromOutsideIsAnArrival) {
  switches(0, 0, a, "Z", idle);
  feed(0, 7, idle, "sched_process_fork: comm=init pid=1 child_comm=b child_pid=11");
  switches(0, 9, idle, "R", b);
  switches(0, 12, b, "Z", idle);
  EXPECT_EQ(all(), "a-10:; b-11: run 3");
  EXPECT_EQ(tasks[1].instances, 1);
  EXPECT_EQ(tasks[1].delay, 7_us);
}

TEST_F(SchedTraceHistoryTest, PidUsedAgainIsAnotherThread) {
  switches(0, 0, idle, "R", a);
  forks(0, 2, a, b);
  switches(0, 3, a, "R", b);
  switches(0, 5, b, "Z", a);
  forks(0, 7, a, b);
  switches(0, 8, a, "R", b);
  switches(0, 9, b, "S", a);
  forks(0, 10, a, b);
  EXPECT_EQ(all(), "a-10: run 2 start 1 run 3 start 2 run 2 start 3; b-11: run 2; b-11'2: run 1; b-11'3:");
  EXPECT_EQ(report().reused_pids.count, 1U) << "the second never ended";
}

TEST_F(SchedTraceHistoryTest, BeginsInTheMiddle) {
  wakes(1, 0, idle, c);
  switches(0, 10, a, "S", b);
  switches(1, 12, idle, "R", c);
  switches(0, 30, b, "R", a);
  EXPECT_EQ(all(), "c-12: run 18; a-10: run 10 sleep 20; b-11: run 20");
  EXPECT_EQ(tasks[1].delay, Duration()) << "it ran from the beginning";
  EXPECT_EQ(report().by_nobody.count, 1U);
}

TEST_F(SchedTraceHistoryTest, CpuWhoseBufferBeginsLaterIsNotKnownBefore) {
  switches(0, 0, idle, "R", a);
  history.cpu_begins(1);
  switches(1, 50, b, "S", idle);
  switches(0, 60, a, "S", idle);
  EXPECT_EQ(all(), "a-10: run 60; b-11:");
  EXPECT_EQ(report().busy + report().idle, 60_us + 10_us);
}

TEST_F(SchedTraceHistoryTest, MissingSwitchFromIdlenessBeginsWithTheWakeup) {
  switches(0, 0, idle, "R", a);
  switches(0, 10, a, "S", idle);
  wakes(0, 40, idle, a);
  switches(0, 90, a, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 10 sleep 30 run 50");
  EXPECT_EQ(report().missing_switches.count, 1U);
  EXPECT_EQ(report().missing_switches.first_line, 4U);
  EXPECT_EQ(report().guessed, 50_us);
  EXPECT_EQ(report().idle, 30_us);
}

TEST_F(SchedTraceHistoryTest, MissingSwitchBetweenThreadsEndsTheOtherAtTheCpusLastEvent) {
  switches(0, 0, idle, "R", a);
  forks(0, 10, a, c);
  switches(0, 30, b, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 10 start 1; c-12:; b-11: run 20");
}

TEST_F(SchedTraceHistoryTest, ThreadOnTwoCpusHasLeftTheFirst) {
  switches(0, 0, idle, "R", a);
  switches(1, 5, idle, "R", a);
  switches(1, 9, a, "Z", idle);
  EXPECT_EQ(all(), "a-10: run 4");
  EXPECT_EQ(report().on_two_cpus.count, 1U);
}

TEST_F(SchedTraceHistoryTest, PriorityIsFirstTheTasksThenAStep) {
  switches(0, 0, idle, "R", a, 98);
  switches(0, 10, a, "R", b, 130);
  EXPECT_EQ(all(), "a-10: run 10 priority 120; b-11:");
  EXPECT_EQ(tasks[0].sched.attributes->realtime_priority, 1);
  EXPECT_EQ(tasks[1].sched.attributes->nice, 10);
}

TEST_F(SchedTraceHistoryTest, OtherEventsAreCountedByName) {
  switches(0, 0, idle, "R", a);
  feed(0, 1, a, "irq_handler_entry: irq=7");
  feed(0, 2, a, "sched_migrate_task: comm=b pid=11 prio=120 orig_cpu=1 dest_cpu=0");
  feed(0, 2, a, "sched_process_exit: comm=b pid=11 prio=120");
  feed(0, 3, a, "sched_switch: prev_comm=a prev_pid");
  EXPECT_EQ(all(), "a-10: run 3");
  EXPECT_EQ(report().skipped.at("irq_handler_entry").count, 1U);
  EXPECT_EQ(report().damaged.count, 1U);
  EXPECT_EQ(report().damaged.first_line, 5U);
}

TEST_F(SchedTraceHistoryTest, ImpossibleCpusAndTimesAreErrors) {
  switches(0, 0, idle, "R", a);
  EXPECT_EQ(error_of([&] { history.feed(*read_sched_trace_line("a-1 [4096] 1.0: x: y"), 7); }),
            "f:7:1: error: CPU 4096; expected at most 4096 CPUs");
  EXPECT_EQ(error_of([&] { history.feed(*read_sched_trace_line("a-1 [000] 1000000.0: x: y"), 8); }),
            "f:8:1: error: more than ten days after the first event; expected a recording of less");
}

}  // namespace signalbox::sched_trace_history_test
