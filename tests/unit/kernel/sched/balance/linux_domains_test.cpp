#include "kernel/sched/balance/linux_domains.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_domains_test {

constexpr std::string_view policy = "eevdf:queue_per=cpu,balance=linux";

std::vector<CpuPlace> big_and_little() {
  std::vector<CpuPlace> places(4);
  for (std::uint16_t cpu = 0; cpu < 4; ++cpu) {
    places[cpu] = {.core = cpu, .llc = 0, .node = {}, .capacity = static_cast<std::uint16_t>(cpu < 2 ? 430 : 1024)};
  }
  return places;
}

SchedAttributes fifo(int priority) {
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::fifo;
  attributes.realtime_priority = static_cast<std::uint8_t>(priority);
  return attributes;
}

Duration ran_on(const PolicyDriver& driver, std::size_t task, CpuId cpu) {
  Duration sum;
  for (const auto& slice : driver.slices()) {
    if (slice.cpu == cpu && slice.task == &driver.task(task)) sum += slice.to - slice.from;
  }
  return sum;
}

TEST(LinuxDomains, HogsShareTheCpusByBalancing) {
  PolicyDriver driver(policy, {.cpus = 4});
  for (int i = 0; i < 12; ++i) driver.add({.name = "hog", .arrival = {}, .steps = {{100_s, {}}}});
  driver.run(Instant() + 3_s);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(driver.task(i).ran.seconds(), 1.0, 0.05) << i;
}

TEST(LinuxDomains, ThreeHogsTakeTurnsAtTheSecondCpu) {
  PolicyDriver driver(policy, {.cpus = 2});
  for (int i = 0; i < 3; ++i) driver.add({.name = "hog", .arrival = {}, .steps = {{100_s, {}}}});
  driver.run(Instant() + 3_s);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(driver.task(i).ran.seconds(), 2.0, 0.3) << i;
}

TEST(LinuxDomains, AnIdleCpuPullsFromABusyOne) {
  PolicyDriver driver(policy, {.cpus = 2});
  driver.add({.name = "short", .arrival = {}, .steps = {{2_ms, {}}}});
  driver.add({.name = "long", .arrival = {}, .steps = {{50_ms, {}}}});
  driver.add({.name = "third", .arrival = Instant() + 1_ms, .steps = {{50_ms, {}}}, .cpus = {}});
  driver.add({.name = "fourth", .arrival = Instant() + 1_ms, .steps = {{50_ms, {}}}, .cpus = {}});
  driver.run();
  Instant last;
  for (std::size_t i = 0; i < 4; ++i) last = std::max(last, driver.task(i).finish);
  EXPECT_LE(last, Instant() + 110_ms);  // 152 ms of work on two CPUs, with hot threads left alone for 0.5 ms
}

// sched_balance_domains takes the interval of the moment: that both CPUs were busy at the last balance, which makes the
// next one late, does not matter once one of them idles.
TEST(LinuxDomains, AnIdleCpuDoesNotWaitForTheIntervalOfBusyOnes) {
  PolicyDriver driver("linux", {.cpus = 2});
  driver.add({.name = "A", .arrival = {}, .steps = {{100_s, {}}}});
  for (const char* name : {"B", "C"}) {
    DriverJob pinned{.name = name, .arrival = {}, .steps = {{5_ms, {}}}};
    pinned.cpus = {1};
    driver.add(pinned);
  }
  DriverJob urgent{.name = "F", .arrival = Instant() + 13_ms, .steps = {{100_ms, {}}}};
  urgent.cpus = {0};
  urgent.attributes.sched_class = SchedClass::fifo;
  urgent.attributes.realtime_priority = 1;
  driver.add(urgent);
  driver.run(Instant() + 60_ms);
  EXPECT_LE(driver.task(0).longest_wait, 4_ms);
}

TEST(LinuxDomains, ARealTimeThreadPushesTheLeastUrgentAside) {
  PolicyDriver driver("priority:queue_per=cpu,balance=linux", {.cpus = 2});
  DriverJob urgent{.name = "urgent", .arrival = Instant() + 1_ms, .steps = {{5_ms, {}}}};
  urgent.attributes = fifo(50);
  DriverJob less{.name = "less", .arrival = {}, .steps = {{20_ms, {}}}};
  less.attributes = fifo(10);
  driver.add(less);
  driver.add({.name = "fair", .arrival = {}, .steps = {{20_ms, {}}}});
  driver.add(urgent);
  driver.run();
  EXPECT_EQ(driver.task(2).longest_wait, Duration());
  EXPECT_EQ(ran_on(driver, 2, CpuId(1)), 5_ms);
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
}

TEST(LinuxDomains, AWaitingRealTimeThreadIsPulledWhenACpuGoesToALesserOne) {
  PolicyDriver driver("priority:queue_per=cpu,balance=linux", {.cpus = 2});
  for (const int priority : {50, 40, 30}) {
    DriverJob job{.name = "rt", .arrival = {}, .steps = {{1_ms * priority, {}}}};
    job.attributes = fifo(priority);
    driver.add(job);
  }
  for (int i = 0; i < 2; ++i) driver.add({.name = "fair", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.run();
  EXPECT_EQ(*driver.task(2).first_run, Instant() + 40_ms);  // when the second one has ended, before any fair one
  for (std::size_t i : {3U, 4U}) EXPECT_GE(*driver.task(i).first_run, Instant() + 50_ms);
}

// fair.c, LBF_ALL_PINNED: where nobody on the busiest CPU may move, the next busiest gives.
TEST(LinuxDomains, PinnedThreadsDoNotStopTheBalancingOfOthers) {
  PolicyDriver driver(policy, {.cpus = 4});
  for (int i = 0; i < 8; ++i) driver.add({.name = "pinned", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {0}});
  for (int i = 0; i < 6; ++i) driver.add({.name = "free", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {1}});
  driver.run(Instant() + 100_ms);
  for (std::size_t i = 8; i < 14; ++i) driver.change_affinity(i, {1, 2, 3});
  const Duration before = driver.task(13).ran;
  driver.run(Instant() + 2_s);
  for (std::size_t i = 8; i < 14; ++i) EXPECT_NEAR((driver.task(i).ran - before).seconds(), 1.0, 0.1) << i;
}

// The least busy CPU may be one that nobody who waits is allowed on; then the next least busy one takes.
TEST(LinuxDomains, ACpuThatNobodyMayUseDoesNotStopTheBalancingOfOthers) {
  PolicyDriver driver(policy, {.cpus = 4});
  driver.add({.name = "alone", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {3}});
  for (int i = 0; i < 6; ++i) driver.add({.name = "hog", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {0}});
  for (int i = 0; i < 2; ++i) driver.add({.name = "pair", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {1}});
  for (int i = 0; i < 2; ++i) driver.add({.name = "pair", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {2}});
  driver.run(Instant() + 100_ms);
  for (std::size_t i = 1; i < 7; ++i) driver.change_affinity(i, {0, 1, 2});
  driver.run(Instant() + 3_s);
  EXPECT_EQ(driver.task(0).ran, 3_s);
  for (std::size_t i = 1; i < 11; ++i) EXPECT_NEAR(driver.task(i).ran.seconds(), 0.9, 0.3) << i;
}

TEST(LinuxDomains, ThrottledThreadsDoNotStopTheBalancingOfOthers) {
  PolicyDriver driver(policy, {.cpus = 3, .groups = {{.path = "/a", .quota = 1_ms}}});
  for (int i = 0; i < 8; ++i) {
    DriverJob held{.name = "held", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {0}};
    held.group = "/a";
    driver.add(held);
  }
  for (int i = 0; i < 4; ++i) driver.add({.name = "free", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {1}});
  driver.add({.name = "alone", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {0}});
  driver.add({.name = "alone", .arrival = {}, .steps = {{100_s, {}}}, .cpus = {2}});
  driver.run(Instant() + 100_ms);
  for (std::size_t i = 0; i < 12; ++i) driver.change_affinity(i, {0, 1, 2});
  driver.run(Instant() + 3_s);
  for (std::size_t i = 8; i < 12; ++i) EXPECT_GT(driver.task(i).ran.seconds(), 0.9) << i;
}

// deadline.c, pull_dl_task takes from the queue of pushable tasks, where nobody is who has to wait for a new budget.
TEST(LinuxDomains, ADeadlineThreadWithoutBudgetIsNotPulled) {
  PolicyDriver driver("deadline:queue_per=cpu,balance=linux", {.cpus = 2});
  DriverJob reserved{.name = "reserved", .arrival = {}, .steps = {{5_ms, {}}}};
  reserved.attributes.sched_class = SchedClass::deadline;
  reserved.attributes.runtime = 2_ms;
  reserved.attributes.deadline = reserved.attributes.period = 10_ms;
  driver.add(reserved);
  for (const Duration arrival : {1_ms, 4_ms, 7_ms}) {
    driver.add({.name = "short", .arrival = Instant() + arrival, .steps = {{1_ms, {}}}, .cpus = {1}});
  }
  driver.run(Instant() + 9_ms);
  EXPECT_EQ(driver.task(0).ran, 2_ms);
  EXPECT_TRUE(driver.policy().is_held_back(driver.task(0).entity));
  EXPECT_EQ(driver.task(0).entity.run_queue, 0) << "CPU 1 has picked and idled several times";
  driver.run();
  EXPECT_EQ(ran_on(driver, 0, CpuId(0)), 5_ms);
  EXPECT_EQ(driver.task(0).finish, Instant() + 21_ms);
}

TEST(LinuxDomains, AHogMovesToABigCpuAndStays) {
  PolicyDriver driver(policy, {.places = big_and_little()});
  driver.add({.name = "hog", .arrival = {}, .steps = {{2_s, {}}}, .cpus = {0}});
  driver.run(Instant() + 500_ms);
  driver.change_affinity(0, {0, 1, 2, 3});
  driver.run();
  EXPECT_GE((ran_on(driver, 0, CpuId(2)) + ran_on(driver, 0, CpuId(3))).seconds(), 1.7);
}

}  // namespace signalbox::linux_domains_test
