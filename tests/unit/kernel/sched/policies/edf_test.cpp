#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/periodic_tasks.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox::edf_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.6.4: what rate-monotonic
// scheduling cannot serve (rate_monotonic_test.cpp). B runs on at 50, because its deadline is nearer than A's next.
TEST(Edf, Silberschatz) {
  const PeriodicRun run("edf", {{25_ms, 50_ms}, {35_ms, 80_ms}}, 150_ms);
  EXPECT_EQ(run.driver().gantt(), "A25 B35 A25 B15 A25 B20");
  EXPECT_EQ(run.misses(), 0U);
}

// Liu and Layland 1973; in Buttazzo, Hard Real-Time Computing Systems, section 4.4: (2, 5) and (4, 7) use 34/35 of the
// CPU, which rate monotonic priorities cannot serve and earliest deadline first can.
TEST(Edf, MeetsWhatRateMonotonicMisses) {
  const std::vector<PeriodicTask> tasks{{2_ms, 5_ms}, {4_ms, 7_ms}};
  EXPECT_EQ(misses("edf", tasks, 35_s), 0U);
  EXPECT_GT(misses("rate_monotonic", tasks, 35_s), 0U);
}

TEST(Edf, OverloadMisses) { EXPECT_GT(misses("edf", {{3_ms, 5_ms}, {4_ms, 7_ms}}, 1_s), 0U); }

// Liu and Layland, theorem 7: no deadline is missed while the utilisation is at most 1.
RC_GTEST_PROP(Edf, MeetsEveryFeasibleSet, ()) {
  RC_ASSERT(misses("edf", some_tasks(*rc::gen::inRange<std::size_t>(2, 8), 1), 3_s) == 0U);
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

}  // namespace signalbox::edf_test
