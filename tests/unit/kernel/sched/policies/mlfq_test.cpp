#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::mlfq_test {

// Rule 4 as revised in section 8.4: giving the CPU up just before the slice ends does not keep a job on top; with the
// old rule (the simulator's -S) it does.
TEST(Mlfq, OstepGamingTheScheduler) {
  const auto share_of_gamer = [](std::string_view policy) {
    PolicyDriver driver(policy, {});
    DriverJob gamer{.name = "G", .arrival = {}, .steps = {}};
    for (int i = 0; i < 1000; ++i) gamer.steps.push_back({9900_us, 100_us});
    driver.add(hog("A"));
    driver.add(gamer);
    driver.run(Instant() + 2_s);
    return driver.task(1).ran;
  };
  EXPECT_GT(share_of_gamer("mlfq:queues=3,quantum=10ms,growth=1,boost=off,stay=true"), 1900_ms);
  EXPECT_LT(share_of_gamer("mlfq:queues=3,quantum=10ms,growth=1,boost=off,stay=false"), 1100_ms);
}

// Figure 8.5: without a boost the long job starves beside two interactive ones that need the whole CPU.
TEST(Mlfq, OstepBoostSavesFromStarvation) {
  const auto share_of_hog = [](std::string_view policy) {
    PolicyDriver driver(policy, {});
    driver.add(hog("A"));
    for (const char* const name : {"B", "C"}) {
      DriverJob interactive{.name = name, .arrival = Instant() + 100_ms, .steps = {}};
      for (int i = 0; i < 1000; ++i) interactive.steps.push_back({5_ms, 5_ms});
      driver.add(interactive);
    }
    driver.run(Instant() + 1100_ms);
    return driver.task(0).ran;
  };
  EXPECT_LT(share_of_hog("mlfq:quantum=10ms,boost=off,stay=true"), 115_ms);
  EXPECT_GT(share_of_hog("mlfq:quantum=10ms,boost=50ms,stay=true"), 250_ms);
}

TEST(Mlfq, SliceGrowsWithTheLevel) {
  PolicyDriver driver("mlfq:queues=3,quantum=1ms,growth=2,boost=off", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 14_ms);
  EXPECT_EQ(driver.gantt(), "A1 B1 A2 B2 A4 B4");
}

TEST(Mlfq, AllotmentOfSeveralSlices) {
  PolicyDriver driver("mlfq:queues=2,quantum=1ms,growth=3,allotment=2,boost=off", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 10_ms);
  EXPECT_EQ(driver.gantt(), "A1 B1 A1 B1 A3 B3");
}

TEST(Mlfq, BumpedAfterWaitingGoesToTheHead) {
  const auto first_after_wait = [](std::string_view policy) {
    PolicyDriver driver(policy, {});
    driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, 1_ms}, {1_ms, {}}}});
    for (const char* const name : {"B", "C"}) driver.add({.name = name, .arrival = {}, .steps = {{4_ms, {}}}});
    driver.run();
    return driver.gantt();
  };
  EXPECT_EQ(first_after_wait("mlfq:io_bump=true"), "A1 B4 A1 C4");
  EXPECT_EQ(first_after_wait("mlfq:io_bump=false"), "A1 B4 C4 A1");
}

}  // namespace signalbox::mlfq_test
