#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::periodic_test {

TEST(PeriodicBalance, EvensQueuesOutAtItsInstants) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=periodic", {.cpus = 2});
  // By number of members they go to CPUs 0, 1, 0, 1; those of CPU 0 are short.
  for (const Duration run : {1_ms, 30_ms, 1_ms, 30_ms})
    driver.add({.name = "job", .arrival = {}, .steps = {{run, {}}}});
  driver.run();
  // At 10 ms one waits on CPU 1 and none on CPU 0, which idles since 2 ms.
  EXPECT_EQ(*driver.task(3).first_run, Instant() + 10_ms);
  EXPECT_EQ(driver.task(3).finish, Instant() + 40_ms);
}

TEST(PeriodicBalance, LeavesEvenQueuesAlone) {
  PolicyDriver driver("round_robin:quantum=1ms,queue_per=cpu,balance=periodic", {.cpus = 2});
  for (int i = 0; i < 4; ++i) driver.add({.name = "job", .arrival = {}, .steps = {{50_ms, {}}}});
  driver.run();
  for (const auto& slice : driver.slices()) EXPECT_EQ(slice.cpu.value(), (slice.task->entity.id.value() - 1) % 2);
}

TEST(PeriodicBalance, GoesOnWhereTheLongestOrTheShortestQueueIsPinned) {
  PolicyDriver driver("round_robin:quantum=1ms,queue_per=cpu,balance=periodic", {.cpus = 4});
  for (int i = 0; i < 6; ++i) driver.add({.name = "pinned", .arrival = {}, .steps = {{1_s, {}}}, .cpus = {0}});
  for (int i = 0; i < 4; ++i) driver.add({.name = "free", .arrival = {}, .steps = {{40_ms, {}}}, .cpus = {1}});
  driver.run(Instant() + 5_ms);
  for (std::size_t i = 6; i < 10; ++i) driver.change_affinity(i, {1, 2});
  driver.run(Instant() + 100_ms);
  for (std::size_t i = 6; i < 10; ++i) EXPECT_LE(driver.task(i).finish, Instant() + 90_ms) << i;
}

}  // namespace signalbox::periodic_test
