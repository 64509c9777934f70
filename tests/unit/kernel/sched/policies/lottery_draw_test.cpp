#include "kernel/sched/policies/lottery_draw.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::lottery_draw_test {

TEST(LotteryDraw, SeedDecides) {
  const auto order = [](std::uint64_t seed) {
    PolicyDriver driver("lottery:quantum=1ms", {.seed = seed});
    for (const char* const name : {"A", "B", "C"}) driver.add(hog(name));
    driver.run(Instant() + 50_ms);
    return driver.gantt();
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(LotteryDraw, DrawsOnlyAmongThoseAllowed) {
  PolicyDriver driver("lottery:quantum=1ms", {.cpus = 2});
  DriverJob pinned = hog("P", 1'000'000);
  pinned.cpus = {1};
  driver.add(pinned);
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 100_ms);
  EXPECT_TRUE(driver.violations().empty());
  EXPECT_GT(driver.task(0).ran, 90_ms);
  EXPECT_GT(driver.task(1).ran, Duration());
  EXPECT_GT(driver.task(2).ran, Duration());
}

TEST(LotteryDraw, AloneKeepsTheCpu) {
  PolicyDriver driver("lottery:quantum=1ms", {});
  driver.add(hog("A"));
  driver.run(Instant() + 10_ms);
  EXPECT_EQ(driver.gantt(), "A10");
}

}  // namespace signalbox::lottery_draw_test
