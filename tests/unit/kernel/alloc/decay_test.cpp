#include "kernel/alloc/decay.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace signalbox::decay_test {

using alloc::Decay;
using alloc::smoothstep;

TEST(Decay, SmoothstepIsThePolynomial) {
  for (unsigned i = 0; i < Decay::steps; ++i) {
    const double x = (i + 1.0) / Decay::steps;
    const double expected = x * x * x * (x * (6 * x - 15) + 10);
    ASSERT_NEAR(smoothstep(i) / std::exp2(24), expected, 1e-7) << i;
  }
}

TEST(Decay, PagesFreeAtOnceMayStayThenGoAlongTheCurve) {
  Decay decay;
  decay.start(200_ms, Instant());
  EXPECT_FALSE(decay.is_due(Instant() + 999_us));
  ASSERT_TRUE(decay.is_due(Instant() + 1_ms));
  // They count as free since this step, whose age is none.
  EXPECT_EQ(decay.limit_at(Instant() + 1_ms, 1000), 1000U);
  decay.purged_to(1000);
  EXPECT_EQ(decay.limit_at(Instant() + 101_ms, 1000), 500U);  // half-way: the curve's middle
  decay.purged_to(500);
  EXPECT_LE(decay.limit_at(Instant() + 200_ms, 500), 1U);
  decay.purged_to(0);
  EXPECT_EQ(decay.limit_at(Instant() + 201_ms, 0), 0U);
}

TEST(Decay, WhatComesBetweenIsNewer) {
  Decay decay;
  decay.start(200_ms, Instant());
  EXPECT_EQ(decay.limit_at(Instant() + 1_ms, 1000), 1000U);
  decay.purged_to(1000);
  EXPECT_EQ(decay.limit_at(Instant() + 101_ms, 1600), 500U + 600U);
}

TEST(Decay, LongSleepForgetsAll) {
  Decay decay;
  decay.start(200_ms, Instant());
  decay.limit_at(Instant() + 1_ms, 1000);
  decay.purged_to(1000);
  EXPECT_EQ(decay.limit_at(Instant() + 10_s, 1000), 0U);
  EXPECT_FALSE(decay.is_due(Instant() + 10_s));
}

TEST(Decay, ZeroIsAtOnceAndNegativeNever) {
  Decay decay;
  decay.start(Duration(), Instant());
  EXPECT_TRUE(decay.is_at_once());
  decay.start(-1_ms, Instant());
  EXPECT_FALSE(decay.is_at_once());
  EXPECT_TRUE(decay.is_never());
  EXPECT_FALSE(decay.is_due(Instant::max()));
}

}  // namespace signalbox::decay_test
