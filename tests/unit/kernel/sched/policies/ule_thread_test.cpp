#include "kernel/sched/policies/ule_thread.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace signalbox::ule {
namespace {

State thread(Duration runtime, Duration slptime, int nice = 0) {
  State made;
  made.runtime = runtime;
  made.slptime = slptime;
  made.nice = nice;
  return made;
}

int user_pri(State made) {
  compute_priority(made);
  return made.user_pri;
}

// Roberson 2003, section 4.2: run time over sleep time, times half the range; 50 where it runs as much as it sleeps.
TEST(UleThread, InteractivityScore) {
  EXPECT_EQ(interact_score(thread({}, {})), 0);
  EXPECT_EQ(interact_score(thread(1_s, {})), 50);
  EXPECT_EQ(interact_score(thread(1_s, 1_s)), 50);
  EXPECT_EQ(interact_score(thread(1_s, 2_s)), 25);
  EXPECT_EQ(interact_score(thread(1_s, 4_s)), 12);
  EXPECT_EQ(interact_score(thread(100_ms, 4900_ms)), 1);
  EXPECT_EQ(interact_score(thread(600_ms, 1_s)), 30);
}

// Below SCHED_INTERACT_THRESH a score is a priority from 120 on, nice added; others are batch, by use and nice.
TEST(UleThread, PriorityByScoreAndNice) {
  EXPECT_EQ(user_pri(thread(1_s, 4_s)), 132);
  EXPECT_EQ(user_pri(thread(599_ms, 1_s)), 149);
  EXPECT_EQ(user_pri(thread(600_ms, 1_s)), 172);
  EXPECT_EQ(user_pri(thread(600_ms, 1_s, -1)), 149);
  EXPECT_EQ(user_pri(thread(1_s, 4_s, 18)), 190);
  EXPECT_EQ(user_pri(thread(1_s, 4_s, -20)), 120);
  EXPECT_EQ(user_pri(thread(1_s, {}, -20)), 152);
}

// SCHED_PRI_TICKS: the use of the last seconds in 32 steps.
TEST(UleThread, PriorityByUse) {
  State hog = thread(1_s, {});
  update_use(hog, Instant() + 5_s, true);
  EXPECT_EQ(user_pri(hog), 203);
  update_use(hog, Instant() + 10_s, false);
  EXPECT_EQ(user_pri(hog), 172 + 16);
  update_use(hog, Instant() + 20_s, false);
  EXPECT_EQ(user_pri(hog), 172);
  State young = thread(1_s, {});
  update_use(young, Instant() + 250_ms, true);
  EXPECT_EQ(user_pri(young), 172 + 8);  // of a second at least
}

// sched_pctcpu_update: after 11 s the window is brought back to 10.
TEST(UleThread, UseIsThatOfTenSeconds) {
  State half = thread(1_s, {});
  for (int second = 1; second <= 60; ++second) update_use(half, Instant() + 1_s * second, second % 2 == 0);
  EXPECT_NEAR(user_pri(half), 172 + 16, 1);
}

// sched_interact_update.
TEST(UleThread, HistoryFades) {
  State much = thread(9_s, 2_s);
  fade(much);
  EXPECT_EQ(much.runtime, 5_s);
  EXPECT_EQ(much.slptime, 1_ns);
  State some = thread(4_s, 3_s);
  fade(some);
  EXPECT_EQ(some.runtime, 2_s);
  EXPECT_EQ(some.slptime, 1500_ms);
  State little = thread(3_s, 2500_ms);
  fade(little);
  EXPECT_EQ(little.runtime, 2400_ms);
  EXPECT_EQ(little.slptime, 2_s);
  State recent = thread(2_s, 2_s);
  fade(recent);
  EXPECT_EQ(recent.runtime, 2_s);
}

RC_GTEST_PROP(UleThread, PrioritiesStayInTheirRanges, ()) {
  State any = thread(1_us * *rc::gen::inRange<std::int64_t>(0, 10'000'000),
                     1_us * *rc::gen::inRange<std::int64_t>(0, 10'000'000), *rc::gen::inRange(-20, 20));
  Instant now;
  for (int i = 0; i < 20; ++i) {
    now += 1_ms * *rc::gen::inRange<std::int64_t>(0, 15'000);
    update_use(any, now, *rc::gen::arbitrary<bool>());
    compute_priority(any);
    RC_ASSERT(any.user_pri >= pri_min_interact && any.user_pri <= pri_max_batch);
    RC_ASSERT(any.ticks >= Duration() && any.ltick - any.ftick <= tick_max);
  }
}

// tdq_slice: 12 ticks of the statistics clock, shared by those who wait, but at least 2.
TEST(UleThread, SliceByLoad) {
  for (const auto& [load, ticks] :
       std::vector<std::pair<int, int>>{{1, 12}, {2, 12}, {3, 6}, {4, 4}, {5, 3}, {6, 2}, {7, 2}, {100, 2}}) {
    EXPECT_EQ(slice(load), stat_tick * ticks) << load;
  }
}

TEST(UleThread, ClassesHaveTheirRanges) {
  State made;
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::round_robin;
  attributes.realtime_priority = 99;
  set_attributes(made, attributes);
  EXPECT_EQ(made.priority, 48);
  attributes.realtime_priority = 1;
  set_attributes(made, attributes);
  EXPECT_EQ(made.priority, 79);
  attributes.sched_class = SchedClass::idle;
  set_attributes(made, attributes);
  EXPECT_EQ(made.priority, pri_min_idle);
}

}  // namespace
}  // namespace signalbox::ule
