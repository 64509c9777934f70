#include "kernel/sched/pelt.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace signalbox::pelt_test {

// What the geometric series says without integers: after t of running from nothing, 1 - 2^(-t / 32 periods).
double ideal(Duration ran) {
  return 1024 * (1 - std::exp2(-static_cast<double>(ran.nanoseconds()) / (32 * 1048576.0)));
}

TEST(Pelt, RisesAsTheSeriesDoes) {
  for (const Duration ran : {5_ms, 32_ms, 100_ms, 300_ms}) {
    PeltAverage average;
    average.start(Instant(), 0);
    average.ran_until(Instant() + ran, PeltAverage::full);
    EXPECT_NEAR(average.value(), ideal(ran), 6) << ran.nanoseconds();
  }
}

TEST(Pelt, HalvesInThirtyTwoPeriodsOfIdleness) {
  PeltAverage average;
  average.start(Instant(), 800);
  average.idle_until(Instant() + Duration(32 * 1048576));
  EXPECT_NEAR(average.value(), 400, 2);
}

TEST(Pelt, ManySmallStepsAgreeWithOneLargeOne) {
  PeltAverage fine;
  PeltAverage coarse;
  fine.start(Instant(), 100);
  coarse.start(Instant(), 100);
  for (int step = 1; step <= 1000; ++step) fine.ran_until(Instant() + 100_us * step, 512);
  coarse.ran_until(Instant() + 100_ms, 512);
  EXPECT_NEAR(fine.value(), coarse.value(), 3);
}

TEST(Pelt, NeverExceedsTheCapacityItRanOn) {
  PeltAverage average;
  average.start(Instant(), 0);
  average.ran_until(Instant() + 100_s, 430);
  EXPECT_LE(average.value(), 430U);
  EXPECT_GE(average.value(), 425U);
}

}  // namespace signalbox::pelt_test
