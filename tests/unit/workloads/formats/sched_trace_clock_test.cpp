#include "workloads/formats/sched_trace_clock.hpp"

#include <gtest/gtest.h>

namespace signalbox::sched_trace_clock_test {

constexpr Instant start(1'000'000'000);

TEST(SchedTraceClock, GoesForwardAsLinesDo) {
  SchedTraceReport report;
  SchedTraceClock clock(report);
  EXPECT_FALSE(clock.is_started());
  EXPECT_EQ(clock.at(start, 1), start);
  EXPECT_EQ(clock.at(start + 5_us, 2), start + 5_us);
  EXPECT_EQ(clock.beginning(), start);
  EXPECT_EQ(clock.latest(), start + 5_us);
  EXPECT_EQ(report.clock_disorder.count + report.clock_set_back.count, 0U);
}

TEST(SchedTraceClock, LineALittleTooEarlyCountsAsOfTheLatestTime) {
  SchedTraceReport report;
  SchedTraceClock clock(report);
  clock.at(start, 1);
  EXPECT_EQ(clock.at(start - SchedTraceClock::most_disorder, 7), start);
  EXPECT_EQ(clock.at(start + 1_us, 8), start + 1_us);
  EXPECT_EQ(report.clock_disorder.count, 1U);
  EXPECT_EQ(report.clock_disorder.first_line, 7U);
  EXPECT_EQ(report.most_disorder, SchedTraceClock::most_disorder);
}

TEST(SchedTraceClock, ClockThatWasSetBackGoesOnFromThere) {
  SchedTraceReport report;
  SchedTraceClock clock(report);
  clock.at(start, 1);
  EXPECT_EQ(clock.at(start - 1_s, 2), start);
  EXPECT_EQ(clock.at(start - 1_s + 3_us, 3), start + 3_us);
  EXPECT_EQ(report.clock_set_back.count, 1U);
}

TEST(SchedTraceClock, EndsWithTheLongestRecording) {
  SchedTraceReport report;
  SchedTraceClock clock(report);
  clock.at(start, 1);
  EXPECT_TRUE(clock.at(start + SchedTraceClock::longest, 2).has_value());
  EXPECT_FALSE(clock.at(start + SchedTraceClock::longest + 1_ns, 3).has_value());
}

}  // namespace signalbox::sched_trace_clock_test
