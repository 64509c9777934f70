#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::none_test {

TEST(NoBalance, SpreadsNewThreadsAndKeepsThemWhereTheyAre) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=none", {.cpus = 2});
  for (const Duration run : {1_ms, 10_ms, 1_ms, 10_ms})
    driver.add({.name = "job", .arrival = {}, .steps = {{run, {}}}});
  driver.run();
  // Jobs 1 and 3 share CPU 1, though CPU 0 idles from 2 ms on.
  EXPECT_EQ(driver.task(2).finish, Instant() + 2_ms);
  EXPECT_EQ(driver.task(1).finish, Instant() + 10_ms);
  EXPECT_EQ(driver.task(3).finish, Instant() + 20_ms);
}

TEST(NoBalance, HeedsAffinity) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=none", {.cpus = 2});
  for (int i = 0; i < 3; ++i) driver.add({.name = "job", .arrival = {}, .steps = {{1_ms, {}}}, .cpus = {1}});
  driver.run();
  for (const auto& slice : driver.slices()) EXPECT_EQ(slice.cpu, CpuId(1));
  EXPECT_TRUE(driver.violations().empty());
}

}  // namespace signalbox::none_test
