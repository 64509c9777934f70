#include "workloads/synthetic/task_set.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::task_set_test {

OptionValues options_of(const std::string& text) { return parse_generator(text).options; }

TEST(TaskSet, ATaskRunsItsShareOfEachPeriodUntilItsDeadline) {
  const std::array<CpuShare, 2> shares{percent_of_cpu(25), percent_of_cpu(100)};
  const Scenario scenario =
      periodic_tasks(shares, options_of("uunifast:min_period=40ms,max_period=40ms,seconds=7"), Prng(1));
  EXPECT_EQ(scenario.duration, 7_s);
  ASSERT_EQ(scenario.tasks.size(), 2U);
  const Task& task = scenario.tasks[0];
  EXPECT_EQ(task.name, "task1");
  EXPECT_EQ(task.sched.attributes->period, 40_ms);
  EXPECT_EQ(task.sched.attributes->deadline, 40_ms);
  EXPECT_EQ(work_of(task), 10_ms);
  EXPECT_EQ(work_of(scenario.tasks[1]), 40_ms);
  const auto& timer = std::get<TimerEvent>(task.phases[0].events[1].action);
  EXPECT_EQ(timer.period, 40_ms);
  EXPECT_EQ(timer.mode, TimerMode::absolute);
  EXPECT_TRUE(timer.is_per_instance);
}

TEST(TaskSet, PeriodsLieInTheirRangeAndAreWholeMicroseconds) {
  const std::vector<CpuShare> shares(200, percent_of_cpu(1));
  for (const Task& task : periodic_tasks(shares, options_of("uunifast:min_period=3ms,max_period=5ms"), Prng(1)).tasks) {
    const Duration period = task.sched.attributes->period;
    EXPECT_TRUE(period >= 3_ms && period <= 5_ms && period % 1_us == Duration());
  }
}

TEST(TaskSet, WhatDoesNotGoTogetherIsRefused) {
  const auto wrong = [](const std::string& text) {
    return error_of([&] { check_task_set(options_of(text), {.file = "f"}); });
  };
  EXPECT_EQ(wrong("uunifast"), "no error");
  EXPECT_EQ(wrong("uunifast:min_period=2s"),
            "f: error: min_period is 2s and max_period 1s; expected min_period to be the shorter one");
  EXPECT_EQ(wrong("uunifast:tasks=2,utilisation=201"),
            "f: error: a utilisation of 201 percent by 2 tasks; expected at most 200, a CPU for each");
  EXPECT_EQ(wrong("uunifast:tasks=2,utilisation=200"), "no error");
}

}  // namespace signalbox::task_set_test
