#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "tests/support/periodic_tasks.hpp"

namespace signalbox::rate_monotonic_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.6.3.
TEST(RateMonotonic, Silberschatz) {
  const PeriodicRun run("rate_monotonic", {{20_ms, 50_ms}, {35_ms, 100_ms}}, 100_ms);
  EXPECT_EQ(run.driver().gantt(), "A20 B30 A20 B5");
  EXPECT_EQ(run.misses(), 0U);
}

// The same section: 94 % of the CPU, and B ends at 85 what was due at 80.
TEST(RateMonotonic, SilberschatzMissesADeadline) {
  const std::vector<PeriodicTask> tasks{{25_ms, 50_ms}, {35_ms, 80_ms}};
  const PeriodicRun run("rate_monotonic", tasks, 85_ms);
  EXPECT_EQ(run.driver().gantt(), "A25 B25 A25 B10");
  EXPECT_EQ(run.first_response(1), 85_ms);
  EXPECT_GT(misses("rate_monotonic", tasks, 400_ms), 0U);
}

// Liu and Layland, theorem 5: n tasks that use at most n (2^(1/n) - 1) of the CPU miss no deadline.
RC_GTEST_PROP(RateMonotonic, MeetsEverySetBelowTheLiuLaylandBound, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 9);
  const auto n = static_cast<double>(count);
  RC_ASSERT(misses("rate_monotonic", some_tasks(count, n * (std::pow(2, 1 / n) - 1)), 3_s) == 0U);
}

// The bound is tight (ibid., theorem 4, two tasks): periods in the ratio of sqrt(2), runs that just fill the shorter.
TEST(RateMonotonic, MissesJustAboveTheBoundOfTwo) {
  const Duration longer(1'414'214);
  const std::vector<PeriodicTask> at_the_bound{{longer - 1_ms, 1_ms}, {2_ms - longer, longer}};
  EXPECT_EQ(misses("rate_monotonic", at_the_bound, 1_s), 0U);
  const std::vector<PeriodicTask> above{{longer - 1_ms, 1_ms}, {2_ms - longer + 1_us, longer}};
  EXPECT_GT(misses("rate_monotonic", above, 1_s), 0U);
}

}  // namespace signalbox::rate_monotonic_test
