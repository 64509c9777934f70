#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_test {

DriverJob job(std::string name, SchedClass sched_class, int priority, Duration run, Duration arrival = {}) {
  DriverJob made{.name = std::move(name), .arrival = Instant() + arrival, .steps = {{run, {}}}};
  made.attributes.sched_class = sched_class;
  made.attributes.realtime_priority = static_cast<std::uint8_t>(priority);
  return made;
}

// The server's 50 ms are of running, whatever a quota divides them into; the rest of a second is for the hog.
TEST(LinuxPolicy, TheFairServerServesWhomAQuotaReleases) {
  PolicyDriver driver("linux", {.groups = {{.path = "/a", .quota = 20_ms}}});
  driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
  DriverJob fair = job("fair", SchedClass::other, 0, 1000_s);
  fair.group = "/a";
  driver.add(fair);
  driver.run(Instant() + 1200_ms);
  EXPECT_EQ(driver.task(1).ran, 50_ms);  // at 950 ms, 1000 ms and 1100 ms: 20, 20 and 10
  EXPECT_EQ(*driver.task(1).first_run, Instant() + 950_ms);
  driver.run(Instant() + 10'200_ms);
  EXPECT_EQ(driver.task(1).ran, 500_ms);
  EXPECT_TRUE(driver.violations().empty());
}

// Quotas end and begin on all CPUs at once, so each CPU's server hears of what another CPU's timer released.
TEST(LinuxPolicy, TheFairServerServesOnEveryCpuThatAQuotaReleases) {
  PolicyDriver driver("linux", {.cpus = 2, .groups = {{.path = "/a", .quota = 20_ms}}});
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
    DriverJob fair = job("fair", SchedClass::other, 0, 1000_s);
    fair.group = "/a";
    fair.cpus = {cpu};
    driver.add(fair);
  }
  driver.run(Instant() + 10_s);
  for (const std::size_t fair : {1U, 3U}) EXPECT_NEAR(driver.task(fair).ran.seconds(), 0.48, 0.03);
}

// deadline.c, dl_server: what fair threads get in the gaps that others leave puts the server off.
TEST(LinuxPolicy, TheFairServerWaitsWhileFairThreadsGetTheirTimeWithoutIt) {
  PolicyDriver driver("linux", {});
  DriverJob urgent = job("urgent", SchedClass::fifo, 50, 90_ms);
  urgent.steps.assign(50, {90_ms, 10_ms});
  driver.add(urgent);
  driver.add(job("fair", SchedClass::other, 0, 1000_s));
  driver.run(Instant() + 4_s);
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
  EXPECT_EQ(driver.task(1).ran, 400_ms);
}

// The server is a deadline thread among others: who has an earlier deadline than it goes first.
TEST(LinuxPolicy, ADeadlineThreadIsNotDisturbedByTheFairServer) {
  PolicyDriver driver("linux", {});
  DriverJob urgent = job("dl", SchedClass::deadline, 0, 5_ms);
  urgent.attributes.runtime = 5_ms;
  urgent.attributes.deadline = urgent.attributes.period = 10_ms;
  urgent.period = 10_ms;
  driver.add(urgent);
  driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
  driver.add(job("fair", SchedClass::other, 0, 1000_s));
  driver.run(Instant() + 4_s);
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
  EXPECT_EQ(driver.task(2).ran, 175_ms);  // 50 ms each from 0.95 s, 1.95 s and 2.95 s on, and half of it from 3.95 s on
}

TEST(LinuxPolicy, WithoutTheFairServerRealTimeThreadsStarveFairOnes) {
  PolicyDriver driver("linux:fair_server=false", {});
  driver.add(job("hog", SchedClass::fifo, 50, 1000_s));
  driver.add(job("fair", SchedClass::other, 0, 1000_s));
  driver.run(Instant() + 10_s);
  EXPECT_EQ(driver.task(1).ran, Duration());
}

TEST(LinuxPolicy, AThreadThatChangesItsClassWhileItRunsGoesOnInTheNewOne) {
  PolicyDriver driver("linux", {});
  driver.add(job("A", SchedClass::other, 0, 100_ms));
  driver.add(job("B", SchedClass::other, 0, 100_ms));
  driver.run(Instant() + 10_ms);
  SchedAttributes urgent;
  urgent.sched_class = SchedClass::fifo;
  urgent.realtime_priority = 1;
  driver.change_attributes(0, urgent);
  driver.run();
  EXPECT_LE(driver.task(0).finish, Instant() + 108_ms);
  EXPECT_TRUE(driver.violations().empty());
}

// core.c, rt_mutex_setprio: who inherits a priority for a while has its lag, and the rest of its slice, when it is
// over.
TEST(LinuxPolicy, ABoostCostsAndGivesNoFairTime) {
  PolicyDriver driver("linux:base_slice=20ms", {});
  driver.add(job("A", SchedClass::other, 0, 100_s));
  driver.add(job("B", SchedClass::other, 0, 100_s));
  SchedAttributes boosted;
  boosted.sched_class = SchedClass::fifo;
  boosted.realtime_priority = 1;
  boosted.is_boosted = true;
  constexpr int boosts = 200;
  for (int i = 0; i < boosts; ++i) {
    driver.run(driver.now() + 7_ms);
    driver.change_attributes(0, boosted);
    driver.run(driver.now() + 1_ms);
    driver.change_attributes(0, {});
  }
  const Duration own = driver.task(0).ran - boosts * 1_ms;
  EXPECT_NEAR((own - driver.task(1).ran).seconds(), 0.0, 0.04) << "the limit of lag, two slices";
  EXPECT_TRUE(driver.violations().empty());
}

// A queue of several CPUs: each class has its own idea of who idles, and none sees the others' threads.
TEST(LinuxPolicy, WithASharedQueueNobodyWaitsForAnotherClassBesideAnIdleCpu) {
  for (const char* queues : {"machine", "llc"}) {
    PolicyDriver driver(std::string("linux:queue_per=") + queues, {.cpus = 4});
    driver.add(job("fifo", SchedClass::fifo, 10, 100_ms, 1_ms));
    driver.add(job("fair", SchedClass::other, 0, 10_ms, 2_ms));
    driver.add(job("later", SchedClass::fifo, 10, 100_ms, 3_ms));
    driver.add(job("same", SchedClass::fifo, 10, 20_ms, 200_ms));
    driver.add(job("instant", SchedClass::other, 0, 20_ms, 200_ms));
    driver.run();
    for (std::size_t i = 0; i < driver.task_count(); ++i) {
      EXPECT_EQ(driver.task(i).longest_wait, Duration()) << queues << ", " << driver.task(i).job.name;
    }
  }
}

}  // namespace signalbox::linux_test
