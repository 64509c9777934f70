#include "kernel/sched/policies/linux_o1_task.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace signalbox::linux_o1 {
namespace {

State task(int nice, Duration sleep_avg = {}) {
  State made;
  made.sleep_avg = sleep_avg;
  SchedAttributes attributes;
  attributes.nice = static_cast<std::int8_t>(nice);
  set_attributes(made, attributes);
  return made;
}

// The table above TASK_INTERACTIVE: how many of the eleven bonuses count as interactive, from the best. For nice -10
// the comment says 7; the division of C makes it 6.
TEST(LinuxO1Task, InteractiveByNice) {
  for (const auto& [nice, expected] : std::vector<std::pair<int, int>>{{-20, 9}, {-10, 6}, {0, 4}, {10, 2}, {19, 0}}) {
    int interactive = 0;
    for (int bonus = 0; bonus <= max_bonus; ++bonus) interactive += is_interactive(task(nice, 100_ms * bonus)) ? 1 : 0;
    EXPECT_EQ(interactive, expected) << nice;
  }
}

TEST(LinuxO1Task, SleepBecomesABonusOfFiveEitherWay) {
  EXPECT_EQ(task(0).prio, 125);
  EXPECT_EQ(task(0, 499_ms).prio, 121);
  EXPECT_EQ(task(0, 500_ms).prio, 120);
  EXPECT_EQ(task(0, 1_s).prio, 115);
  EXPECT_EQ(task(-20, 1_s).prio, 100);
  EXPECT_EQ(task(19).prio, 139);
}

// recalc_task_prio: the less it slept so far the more a sleep counts, 10 times at most; who slept longer than
// INTERACTIVE_SLEEP, 799 ms at nice 0, is idle and stays just below the most.
TEST(LinuxO1Task, SleepCountsTenfoldAtFirst) {
  State sleeper = task(0);
  gain_sleep(sleeper, 10_ms);
  EXPECT_EQ(sleeper.sleep_avg, 100_ms);
  gain_sleep(sleeper, 10_ms);
  EXPECT_EQ(sleeper.sleep_avg, 190_ms);
  EXPECT_EQ(sleeper.prio, 124);
  gain_sleep(sleeper, 799_ms);
  EXPECT_EQ(sleeper.sleep_avg, 1_s);
  State idle = task(0);
  gain_sleep(idle, 800_ms);
  EXPECT_EQ(idle.sleep_avg, 900_ms);
}

// INTERACTIVE_SLEEP by nice value: 299, 799 and 999 ms (Bovet and Cesati, table 7-2); never at 19, whose 1199 ms are
// more than what counts.
TEST(LinuxO1Task, IdleIsWhoSleptLongerThanItsThreshold) {
  for (const auto& [nice, threshold] :
       std::vector<std::pair<int, Duration>>{{-20, 299_ms}, {0, 799_ms}, {10, 999_ms}}) {
    State asleep = task(nice, 500_ms);
    gain_sleep(asleep, threshold);
    EXPECT_EQ(asleep.sleep_avg, 1_s) << nice;
    State idle = task(nice, 500_ms);
    gain_sleep(idle, threshold + 1_ns);
    EXPECT_EQ(idle.sleep_avg, 900_ms) << nice;
  }
  State nicest = task(19, 500_ms);
  gain_sleep(nicest, 100_s);
  EXPECT_EQ(nicest.sleep_avg, 1_s);
}

// schedule: what it ran is divided by its bonus, so that an interactive task loses its bonus slowly.
TEST(LinuxO1Task, RunningCostsSleepByTheBonus) {
  State runner = task(0, 1_s);
  lose_sleep(runner, Instant() + 100_ms);
  EXPECT_EQ(runner.sleep_avg, 990_ms);
  lose_sleep(runner, Instant() + 190_ms);
  EXPECT_EQ(runner.sleep_avg, 980_ms);
  State fresh = task(0, 50_ms);
  lose_sleep(fresh, Instant() + 100_ms);
  EXPECT_EQ(fresh.sleep_avg, Duration());
}

// ON_RUNQUEUE_WEIGHT: 30 % in 128ths.
TEST(LinuxO1Task, WaitToRunCountsByThirtyPercent) { EXPECT_EQ(weighted_wait(128_ms), 38_ms); }

TEST(LinuxO1Task, GranularityHalvesWithEachBonus) {
  EXPECT_EQ(granularity(task(0, 1_s), 1), 10_ms);
  EXPECT_EQ(granularity(task(0, 900_ms), 1), 10_ms);
  EXPECT_EQ(granularity(task(0, 800_ms), 1), 20_ms);
  EXPECT_EQ(granularity(task(0, 700_ms), 2), 80_ms);
}

TEST(LinuxO1Task, RealTimeIsBelowAHundred) {
  State made;
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::fifo;
  attributes.realtime_priority = 99;
  set_attributes(made, attributes);
  EXPECT_TRUE(is_realtime(made));
  EXPECT_EQ(made.prio, 0);
  attributes.realtime_priority = 1;
  set_attributes(made, attributes);
  EXPECT_EQ(made.prio, 98);
  attributes.sched_class = SchedClass::idle;
  set_attributes(made, attributes);
  EXPECT_EQ(made.static_prio, 139);
  EXPECT_FALSE(is_realtime(made));
}

}  // namespace
}  // namespace signalbox::linux_o1
