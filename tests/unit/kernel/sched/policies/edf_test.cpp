#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/support/policy_table.hpp"

namespace signalbox {
namespace {

struct Periodic {
  Duration run;
  Duration period;
};

std::uint64_t misses(std::string_view policy, const std::vector<Periodic>& tasks, Duration horizon) {
  PolicyDriver driver(policy, {});
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    DriverJob job{.name = fmt::format("{}", i), .arrival = {}, .steps = {{tasks[i].run, {}}}};
    job.period = job.attributes.period = tasks[i].period;
    // Rate monotonic: the shorter the period, the higher the priority.
    const auto shorter = std::ranges::count_if(tasks, [&](const Periodic& t) { return t.period < tasks[i].period; });
    job.attributes.sched_class = SchedClass::fifo;
    job.attributes.realtime_priority = static_cast<std::uint8_t>(50 - shorter);
    driver.add(job);
  }
  driver.run(Instant() + horizon);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const DriverTask& task = driver.task(i);
    sum += task.misses;
    // A job that has not ended although its deadline is over.
    if (task.state != DriverTask::State::waiting && driver.now() > task.release + tasks[i].period) ++sum;
  }
  return sum;
}

// Liu and Layland 1973; in Buttazzo, Hard Real-Time Computing Systems, section 4.4: (2, 5) and (4, 7) use 34/35 of the
// CPU, which rate monotonic priorities cannot serve and earliest deadline first can.
TEST(Edf, MeetsWhatRateMonotonicMisses) {
  const std::vector<Periodic> tasks{{2_ms, 5_ms}, {4_ms, 7_ms}};
  EXPECT_EQ(misses("edf", tasks, 35_s), 0U);
  EXPECT_GT(misses("priority", tasks, 35_s), 0U);
}

TEST(Edf, OverloadMisses) { EXPECT_GT(misses("edf", {{3_ms, 5_ms}, {4_ms, 7_ms}}, 1_s), 0U); }

std::vector<Periodic> some_tasks(double bound) {
  const auto count = *rc::gen::inRange<std::size_t>(2, 7);
  std::vector<Periodic> tasks;
  double left = bound;
  for (std::size_t i = 0; i < count; ++i) {
    const Duration period = 1_ms * *rc::gen::inRange(2, 100);
    const double share = left * *rc::gen::inRange(1, 100) / 100;
    const Duration run(static_cast<std::int64_t>(share * static_cast<double>(period.nanoseconds())));
    if (run == Duration()) continue;
    left -= share;
    tasks.push_back({run, period});
  }
  return tasks;
}

// Liu and Layland, theorem 7: no deadline is missed while the utilisation is at most 1.
RC_GTEST_PROP(Edf, MeetsEveryFeasibleSet, ()) { RC_ASSERT(misses("edf", some_tasks(1), 3_s) == 0U); }

// Theorem 5: rate monotonic priorities miss none up to n (2^(1/n) - 1), which is above ln 2 for every n.
RC_GTEST_PROP(Edf, RateMonotonicPrioritiesMeetTheLiuLaylandBound, ()) {
  RC_ASSERT(misses("priority", some_tasks(std::log(2)), 3_s) == 0U);
}

TEST(Edf, WithoutDeadlineRunsInTheBackground) {
  PolicyDriver driver("edf", {});
  driver.add(hog("B"));
  DriverJob urgent{.name = "D", .arrival = Instant() + 2_ms, .steps = {{1_ms, {}}}};
  urgent.attributes.deadline = 10_ms;
  driver.add(urgent);
  driver.run(Instant() + 5_ms);
  EXPECT_EQ(driver.gantt(), "B2 D1 B2");
}

// Waiting within a period (for a lock, say) continues the job, so its deadline stays.
TEST(Edf, WaitingWithinAPeriodKeepsTheDeadline) {
  PolicyDriver driver("edf", {});
  DriverJob first{.name = "A", .arrival = {}, .steps = {{1_ms, 1_ms}, {1_ms, {}}}};
  first.attributes.deadline = 10_ms;
  first.attributes.period = 20_ms;
  DriverJob second{.name = "B", .arrival = Instant() + 500_us, .steps = {{5_ms, {}}}};
  second.attributes.deadline = 10_ms;
  driver.add(first);
  driver.add(second);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B1 A1 B4");
}

}  // namespace
}  // namespace signalbox
