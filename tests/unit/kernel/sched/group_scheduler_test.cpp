#include "kernel/sched/group_scheduler.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "tests/support/policy_table.hpp"

namespace signalbox::group_scheduler_test {

DriverJob hog_in(std::string group, std::uint32_t weight = nice_0_weight) {
  DriverJob job = hog(group, weight);
  job.group = std::move(group);
  return job;
}

PolicyDriver::Options with(std::vector<TaskGroupSpec> groups, unsigned cpus = 1) {
  return {.cpus = cpus, .groups = std::move(groups)};
}

// Runs for a while, and tells by job how many milliseconds each has had.
std::vector<std::int64_t> milliseconds(PolicyDriver& driver, Duration length) {
  driver.run(driver.now() + length);
  EXPECT_TRUE(driver.violations().empty()) << driver.violations().front();
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < driver.task_count(); ++i) all.push_back((driver.task(i).ran + 500_us) / 1_ms);
  return all;
}

class Sharing : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Policies, Sharing, ::testing::Values("eevdf", "cfs", "linux"));

TEST_P(Sharing, GroupsShareByTheirWeightsHoweverManyThreadsTheyHave) {
  PolicyDriver driver(GetParam(), with({{.path = "/a"}, {.path = "/b", .weight = 300}}));
  driver.add(hog_in("/b"));
  for (int i = 0; i < 5; ++i) driver.add(hog_in("/a"));
  driver.run(Instant() + 8_s);
  EXPECT_TRUE(driver.violations().empty());
  EXPECT_NEAR(static_cast<double>(driver.group("/b").cpu_time / 1_us), 6e6, 3e3);
  EXPECT_NEAR(static_cast<double>(driver.group("/a").cpu_time / 1_us), 2e6, 3e3);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_NEAR(static_cast<double>(driver.task(i).ran / 1_us), 4e5, 9e3) << i;
}

TEST_P(Sharing, ThreadsOfTheRootCompeteWithGroups) {
  PolicyDriver driver(GetParam(), with({{.path = "/a"}}));
  driver.add(hog_in("/"));
  for (int i = 0; i < 3; ++i) driver.add(hog_in("/a"));
  driver.run(Instant() + 6_s);
  EXPECT_NEAR(static_cast<double>(driver.task(0).ran / 1_us), 3e6, 9e3);
}

TEST_P(Sharing, AGroupsShareIsDividedAmongWhatIsInIt) {
  PolicyDriver driver(GetParam(), with({{.path = "/a/x"}, {.path = "/a/y", .weight = 300}, {.path = "/b"}}));
  driver.add(hog_in("/a/x"));
  driver.add(hog_in("/a/y", 2 * nice_0_weight));
  driver.add(hog_in("/a/y"));
  driver.add(hog_in("/b"));
  driver.run(Instant() + 8_s);
  const std::array expected{1e6, 2e6, 1e6, 4e6};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(driver.task(i).ran / 1_us), expected[i], 12e3) << i;
  }
  EXPECT_EQ(driver.group("/a").cpu_time, driver.task(0).ran + driver.task(1).ran + driver.task(2).ran);
  EXPECT_EQ(driver.group("/").cpu_time, 8_s);
}

TEST_P(Sharing, WhatAGroupDoesNotUseIsTheOthers) {
  PolicyDriver driver(GetParam(), with({{.path = "/a", .weight = 10'000}, {.path = "/b"}}));
  DriverJob napping{.name = "nap", .arrival = {}, .steps = {}};
  napping.group = "/a";
  for (int i = 0; i < 100; ++i) napping.steps.push_back({1_ms, 9_ms});
  driver.add(napping);
  driver.add(hog_in("/b"));
  driver.run(Instant() + 1_s);
  EXPECT_TRUE(driver.violations().empty());
  EXPECT_GE(driver.task(0).ran, 90_ms);
  EXPECT_EQ(driver.task(0).ran + driver.task(1).ran, 1_s);
}

// fair.c, calc_group_shares: a group's weight on a CPU is the part of its shares that its load there is of all.
TEST(GroupScheduler, SharesFollowTheLoadOfTheCpu) {
  PolicyDriver driver("eevdf:queue_per=cpu,balance=none", with({{.path = "/a"}, {.path = "/b"}}, 2));
  const auto add = [&](const char* group, unsigned cpu) {
    DriverJob job = hog_in(group);
    job.cpus = {cpu};
    driver.add(job);
  };
  add("/a", 0);
  add("/a", 1);
  add("/b", 0);
  add("/a", 1);
  driver.run(Instant() + 8_s);
  // On CPU 0 /a has a third of its 1024, /b all of its own.
  EXPECT_NEAR(static_cast<double>(driver.task(0).ran / 1_us), 2e6, 12e3);
  EXPECT_NEAR(static_cast<double>(driver.task(2).ran / 1_us), 6e6, 12e3);
}

TEST_P(Sharing, AQuotaIsUsedAtTheBeginningOfEachPeriod) {
  PolicyDriver driver(GetParam(), with({{.path = "/a", .quota = 20_ms}}));
  driver.add(hog_in("/a"));
  driver.run(Instant() + 1_s);
  EXPECT_TRUE(driver.violations().empty()) << driver.violations().front();
  EXPECT_EQ(driver.task(0).ran, 200_ms);
  for (const auto& slice : driver.slices()) {
    EXPECT_LE(slice.to.since_start() % 100_ms, 20_ms);
    EXPECT_LT(slice.from.since_start() % 100_ms, 20_ms);
  }
  const QuotaUsage& usage = driver.group("/a").quota.usage();
  EXPECT_EQ(usage.periods, 10U);
  EXPECT_EQ(usage.throttled_periods, 10U);
  EXPECT_EQ(usage.throttled_time, 800_ms);
}

TEST_P(Sharing, AQuotaHoldsBesideOthersAndForGroupsBelow) {
  PolicyDriver driver(GetParam(), with({{.path = "/a", .weight = 1000, .quota = 30_ms}, {.path = "/a/x"}}));
  for (const char* group : {"/a/x", "/a/x", "/"}) driver.add(hog_in(group));
  driver.run(Instant() + 2_s);
  EXPECT_TRUE(driver.violations().empty()) << driver.violations().front();
  EXPECT_EQ(driver.task(0).ran + driver.task(1).ran, 600_ms);
  EXPECT_EQ(driver.task(2).ran, 1400_ms);
  EXPECT_NEAR(static_cast<double>(driver.task(0).ran / 1_us), 3e5, 7e3);
}

TEST(GroupScheduler, ABurstUsesWhatFormerPeriodsLeft) {
  PolicyDriver driver("eevdf", with({{.path = "/a", .quota = 20_ms, .burst = 10_ms}}));
  DriverJob late{.name = "late", .arrival = Instant() + 250_ms, .steps = {{1_s, {}}}};
  late.group = "/a";
  DriverJob early{.name = "early", .arrival = {}, .steps = {{1_ms, {}}}};
  early.group = "/a";
  driver.add(early);
  driver.add(late);
  driver.run(Instant() + 300_ms);
  EXPECT_EQ(driver.task(1).ran, 31_ms);  // and the millisecond that the CPU has kept
  driver.run(Instant() + 500_ms);
  EXPECT_EQ(driver.task(1).ran, 71_ms);
  EXPECT_EQ(driver.group("/a").quota.usage().bursts, 1U);
}

TEST(GroupScheduler, AQuotaIsOneForAllCpus) {
  for (const char* policy : {"linux", "eevdf:queue_per=cpu"}) {
    PolicyDriver driver(policy, with({{.path = "/a", .quota = 60_ms}}, 4));
    for (int i = 0; i < 4; ++i) driver.add(hog_in("/a"));
    const std::vector<std::int64_t> had = milliseconds(driver, 1_s);
    EXPECT_EQ(driver.group("/a").cpu_time, 600_ms) << policy;
    for (const std::int64_t each : had) EXPECT_NEAR(static_cast<double>(each), 150, 51) << policy;
  }
}

TEST(GroupScheduler, AnIdleCpuTakesWhatRunsElsewhereNotWhatIsThrottled) {
  PolicyDriver driver("eevdf:queue_per=cpu", with({{.path = "/a", .quota = 10_ms}}, 2));
  for (const char* group : {"/a", "/a", "/", "/", "/"}) driver.add(hog_in(group));
  driver.run(Instant() + 1_s);
  EXPECT_TRUE(driver.violations().empty()) << driver.violations().front();
  EXPECT_EQ(driver.group("/a").cpu_time, 100_ms);
  EXPECT_EQ(driver.task(2).ran + driver.task(3).ran + driver.task(4).ran, 1900_ms);
}

// fair.c, throttle_cfs_rq: a throttled group's entity is dequeued for good, even if it is ahead of its share; a delayed
// sleeper would compete on. So where nobody sleeps, it makes no difference whether sleepers are delayed.
TEST(GroupScheduler, ThrottledGroupsAreNotDelayedAsSleepersAre) {
  const auto schedule = [](const char* policy) {
    PolicyDriver driver(policy, with({{.path = "/a", .quota = 5_ms}, {.path = "/b", .weight = 300, .quota = 30_ms}}));
    for (const char* group : {"/a", "/b", "/b", "/"}) driver.add(hog_in(group));
    driver.run(Instant() + 2_s);
    std::vector<std::string> stretches;
    for (const auto& slice : driver.slices()) {
      const auto from = slice.from.nanoseconds();
      stretches.push_back(fmt::format("{}-{} {}", from, slice.to.nanoseconds(), slice.task->job.name));
    }
    return stretches;
  };
  EXPECT_EQ(schedule("eevdf"), schedule("eevdf:delay_dequeue=false"));
}

TEST_P(Sharing, AThreadMayChangeItsGroupWhateverItDoes) {
  PolicyDriver driver(GetParam(), with({{.path = "/a", .quota = 1_ms}, {.path = "/b"}}));
  driver.add(hog_in("/a"));
  driver.add(hog_in("/b"));
  DriverJob napping{.name = "nap", .arrival = {}, .steps = {{1_ms, 500_ms}, {1_ms, {}}}};
  napping.group = "/b";
  driver.add(napping);
  driver.run(Instant() + 100_ms);
  driver.change_group(0, "/b");  // throttled
  driver.change_group(1, "/a");  // running
  driver.change_group(2, "/a");  // asleep
  const std::vector<std::int64_t> before{(driver.task(0).ran + 500_us) / 1_ms, (driver.task(1).ran + 500_us) / 1_ms};
  const std::vector<std::int64_t> after = milliseconds(driver, 1_s);
  EXPECT_NEAR(static_cast<double>(after[0] - before[0]), 990, 3);
  EXPECT_NEAR(static_cast<double>(after[1] - before[1]), 9, 3);
}

// Nobody is lost, run twice, or kept waiting without a reason (the driver looks), and the same comes out again.
RC_GTEST_PROP(GroupScheduler, RandomTreesAndChangesKeepTheWord, ()) {
  const std::vector<TaskGroupSpec> groups{{.path = "/a", .weight = 50},
                                          {.path = "/a/x", .quota = 3_ms, .period = 10_ms},
                                          {.path = "/a/y", .weight = 700},
                                          {.path = "/b", .quota = 7_ms, .period = 20_ms, .burst = 7_ms}};
  const std::array<const char*, 5> paths{"/", "/a", "/a/x", "/a/y", "/b"};
  const auto policy =
      *rc::gen::element<std::string>("eevdf", "cfs", "linux", "eevdf:queue_per=cpu", "eevdf:delay_dequeue=false");
  const auto cpus = policy.starts_with("linux") || policy.ends_with("cpu") ? *rc::gen::inRange(1U, 4U) : 1U;
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto once = [&] {
    Prng random(seed);
    const auto between = [&](std::int64_t least, std::int64_t most) {
      return least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
    };
    PolicyDriver driver(policy, with(groups, cpus));
    for (int i = 0; i < 12; ++i) {
      DriverJob job{.name = fmt::format("{}", i), .arrival = Instant() + 1_ms * between(0, 30), .steps = {}};
      job.attributes.nice = static_cast<std::int8_t>(between(-5, 5));
      job.group = paths[random.below(paths.size())];
      for (int step = 0; step < 5; ++step) {
        job.steps.push_back({100_us * between(1, 50), 100_us * between(0, 50)});
      }
      driver.add(job);
    }
    for (int step = 1; step < 30; ++step) {
      driver.run(Instant() + 3_ms * step);
      driver.change_group(random.below(12), paths[random.below(paths.size())]);
    }
    driver.run();
    RC_ASSERT(driver.violations() == std::vector<std::string>());
    std::vector<Instant> finishes;
    for (std::size_t i = 0; i < 12; ++i) {
      RC_ASSERT(driver.task(i).state == DriverTask::State::gone);
      finishes.push_back(driver.task(i).finish);
    }
    return finishes;
  };
  RC_ASSERT(once() == once());
}

}  // namespace signalbox::group_scheduler_test
