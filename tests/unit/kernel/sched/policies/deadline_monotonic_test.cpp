#include <gtest/gtest.h>

#include "tests/support/periodic_tasks.hpp"

namespace signalbox::deadline_monotonic_test {

// Burns and Wellings, Real-Time Systems and Programming Languages, the process set for deadline monotonic priority
// ordering: response times of 3, 6, 10 and 20.
const std::vector<PeriodicTask> burns_and_wellings{
    {3_ms, 20_ms, 5_ms}, {3_ms, 15_ms, 7_ms}, {4_ms, 10_ms, 10_ms}, {3_ms, 20_ms, 20_ms}};

TEST(DeadlineMonotonic, BurnsAndWellings) {
  const PeriodicRun run("deadline_monotonic", burns_and_wellings, 60_ms);
  EXPECT_EQ(run.first_response(0), 3_ms);
  EXPECT_EQ(run.first_response(1), 6_ms);
  EXPECT_EQ(run.first_response(2), 10_ms);
  EXPECT_EQ(run.first_response(3), 20_ms);
  EXPECT_EQ(run.misses(), 0U);
}

// Leung and Whitehead 1982: where deadlines are shorter than periods, the periods are the wrong order.
TEST(DeadlineMonotonic, MeetsWhatRateMonotonicMisses) {
  EXPECT_EQ(misses("deadline_monotonic", burns_and_wellings, 1_s), 0U);
  EXPECT_GT(misses("rate_monotonic", burns_and_wellings, 1_s), 0U);
}

}  // namespace signalbox::deadline_monotonic_test
