#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::stride_test {

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, figure 9.3: tickets 100, 50 and 250, strides 100, 200 and 40.
TEST(Stride, OstepTrace) {
  PolicyDriver driver("stride:quantum=1ms", {});
  driver.add(hog("A", 100));
  driver.add(hog("B", 50));
  driver.add(hog("C", 250));
  driver.run(Instant() + 8_ms);
  EXPECT_EQ(driver.gantt(), "A1 B1 C3 A1 C2");
  driver.run(Instant() + 16_ms);
  EXPECT_EQ(driver.task(0).ran, 4_ms);
  EXPECT_EQ(driver.task(1).ran, 2_ms);
  EXPECT_EQ(driver.task(2).ran, 10_ms);
}

// Waldspurger and Weihl, Stride Scheduling, section 4: between any two clients the error never exceeds a quantum.
RC_GTEST_PROP(Stride, PairwiseErrorIsAtMostAQuantum, ()) {
  PolicyDriver driver("stride:quantum=1ms", {});
  const auto count = *rc::gen::inRange<std::size_t>(2, 9);
  for (std::size_t i = 0; i < count; ++i) {
    driver.add(hog(fmt::format("{}", i), static_cast<std::uint32_t>(*rc::gen::inRange(1, 3000))));
  }
  for (int quantum = 1; quantum < 200; ++quantum) {
    driver.run(Instant() + 1_ms * quantum);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const std::int64_t mine = driver.task(i).entity.weight;
        const std::int64_t theirs = driver.task(j).entity.weight;
        const Duration both = driver.task(i).ran + driver.task(j).ran;
        const Duration error = driver.task(i).ran - both * mine / (mine + theirs);
        RC_ASSERT(error <= 1_ms + 1_us && error >= -1_ms - 1_us);
      }
    }
  }
}

// The same report, section 3.3: who waits comes back at the distance from the global pass that it left with, neither
// owed for its absence nor punished.
TEST(Stride, SleeperKeepsItsDistance) {
  PolicyDriver driver("stride:quantum=1ms", {});
  driver.add(hog("A"));
  driver.add({.name = "B", .arrival = {}, .steps = {{10_ms, 1_s}, {1000_s, {}}}});
  driver.run(Instant() + 1100_ms);
  const Duration before = driver.task(1).ran;
  driver.run(Instant() + 1200_ms);
  EXPECT_NEAR((driver.task(1).ran - before).seconds(), 0.05, 0.002);
}

}  // namespace signalbox::stride_test
