#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/policy_table.hpp"

namespace signalbox::pct_test {

std::string order(std::string_view policy, std::uint64_t seed) {
  PolicyDriver driver(policy, {.seed = seed});
  for (const char* const name : {"A", "B", "C"}) driver.add({.name = name, .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  return driver.gantt();
}

// Depth 1 is a random priority each: all orders of three are as likely. 600 draws, a sixth each: deviation 9.
TEST(Pct, EveryOrderIsAsLikely) {
  std::map<std::string, int> counts;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) ++counts[order("pct:depth=1", seed)];
  EXPECT_EQ(counts.size(), 6U);
  for (const auto& [text, count] : counts) EXPECT_NEAR(count, 100, 54) << text;
}

TEST(Pct, SeedDecides) {
  EXPECT_EQ(order("pct:depth=1", 3), order("pct:depth=1", 3));
  EXPECT_NE(order("pct:depth=1", 1) + order("pct:depth=1", 2) + order("pct:depth=1", 3),
            order("pct:depth=1", 4) + order("pct:depth=1", 5) + order("pct:depth=1", 6));
}

// All of B between the fourth and the fifth of A's ten steps is a schedule of depth 2.
TEST(Pct, DepthOneNeverChangesAPriority) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    PolicyDriver driver("pct:depth=1,steps=15,step=100us", {.seed = seed});
    driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, {}}}});
    driver.add({.name = "B", .arrival = {}, .steps = {{500_us, {}}}});
    driver.run();
    EXPECT_NE(driver.gantt(100_us), "A4 B5 A6") << seed;
  }
}

// The one lowered first in the drawing sinks below the one lowered second, whichever comes first in time.
TEST(Pct, ALoweredThreadIsBelowAllOthers) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    PolicyDriver driver("pct:depth=2,steps=1,step=1ms", {.seed = seed});
    for (const char* const name : {"A", "B", "C"}) driver.add({.name = name, .arrival = {}, .steps = {{3_ms, {}}}});
    driver.run();
    // Who ran first is lowered after 1 ms, and the others run to their ends before it goes on.
    const std::string gantt = driver.gantt();
    EXPECT_EQ(gantt.substr(0, 1), gantt.substr(9, 1)) << gantt;
    EXPECT_EQ(gantt.substr(1, 1), "1") << gantt;
    EXPECT_EQ(gantt.substr(10), "2") << gantt;
  }
}

TEST(Pct, HigherPriorityTakesTheCpuWhenItWakes) {
  int preempted = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    PolicyDriver driver("pct:depth=1", {.seed = seed});
    driver.add(hog("A"));
    driver.add({.name = "B", .arrival = Instant() + 1_ms, .steps = {{1_ms, {}}}});
    driver.run(Instant() + 10_ms);
    const std::string gantt = driver.gantt();
    EXPECT_TRUE(gantt == "A1 B1 A8" || gantt == "A10") << gantt;
    preempted += gantt == "A1 B1 A8" ? 1 : 0;
  }
  EXPECT_NEAR(preempted, 100, 43);
}

// Two that spin by sched_yield until the third is done: it is done, whatever the priorities.
TEST(Pct, WhoYieldsLetsOthersRun) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    PolicyDriver driver("pct:depth=1", {.seed = seed});
    for (const char* const name : {"Y", "Z"}) {
      DriverJob spinner{.name = name, .arrival = {}, .steps = {}};
      for (int i = 0; i < 1000; ++i) spinner.steps.push_back({10_us, {}, true});
      driver.add(spinner);
    }
    driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, {}}}});
    driver.run();
    EXPECT_LE(driver.task(2).finish, Instant() + 1020_us) << seed;
  }
}

}  // namespace signalbox::pct_test
