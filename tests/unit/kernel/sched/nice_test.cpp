#include "kernel/sched/nice.hpp"

#include <gtest/gtest.h>

namespace signalbox::nice_test {

TEST(Nice, WeightsOfTheEndsAndTheMiddle) {
  EXPECT_EQ(nice_weight(-20), 88761U);
  EXPECT_EQ(nice_weight(0), nice_0_weight);
  EXPECT_EQ(nice_weight(19), 15U);
}

TEST(NiceDeathTest, BeyondTheRangeFails) {
  EXPECT_DEATH(nice_weight(-21), "checked where they enter");
  EXPECT_DEATH(nice_weight(20), "checked where they enter");
}

// A step of nice changes the share by about 10 % of a CPU: 1.25 times the weight (kernel/sched/core.c).
TEST(Nice, StepIsAboutAQuarter) {
  for (int nice = min_nice; nice < max_nice; ++nice) {
    EXPECT_NEAR(static_cast<double>(nice_weight(nice)) / nice_weight(nice + 1), 1.25, 0.08) << nice;
  }
}

TEST(Nice, InversesDivide) {
  for (int nice = min_nice; nice <= max_nice; ++nice) {
    const double exact = 4294967296.0 / nice_weight(nice);
    EXPECT_NEAR(inverse_weight(nice_weight(nice)), exact, 1) << nice;
  }
}

// Linux kernel/sched/core.c, sched_prio_to_wmult: where it is not rounded down; and WMULT_IDLEPRIO of sched.h.
TEST(Nice, InversesAreTheKernels) {
  EXPECT_EQ(inverse_weight(nice_weight(5)), 12820798U);
  EXPECT_EQ(inverse_weight(nice_weight(13)), 76695844U);
  EXPECT_EQ(inverse_weight(idle_weight), 1431655765U);
}

TEST(NiceDeathTest, InverseOfOneFails) { EXPECT_DEATH(inverse_weight(1), "does not fit"); }

TEST(Nice, VirtualTimeIsInverseToWeight) {
  EXPECT_EQ(virtual_time(10_ms, 1024, inverse_weight(1024)), 10_ms);
  EXPECT_NEAR(virtual_time(10_ms, 2048, inverse_weight(2048)).seconds(), 0.005, 1e-8);
  // The multiplication keeps 32 bits, as the kernel's does: within a few parts in 10^9.
  EXPECT_NEAR(virtual_time(1_s, 335, inverse_weight(335)).seconds(), 1024.0 / 335, 1e-7);
  EXPECT_EQ(virtual_time(Duration(), 15, inverse_weight(15)), Duration());
}

TEST(Nice, CpuTimeIsEnoughForTheVirtualTime) {
  for (int nice = min_nice; nice <= max_nice; ++nice) {
    const std::uint32_t weight = nice_weight(nice);
    for (const Duration span : {1_ns, 999_ns, 750_us, 123_ms, 10_s}) {
      EXPECT_GE(virtual_time(cpu_time(span, weight), weight, inverse_weight(weight)), span) << nice;
    }
  }
}

}  // namespace signalbox::nice_test
