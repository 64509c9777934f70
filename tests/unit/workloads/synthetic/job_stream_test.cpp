#include "workloads/synthetic/job_stream.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::job_stream_test {

TEST(JobStream, TimesAreWholeMicroseconds) {
  EXPECT_EQ(in_microseconds(1499_ns), 1_us);
  EXPECT_EQ(in_microseconds(1500_ns), 2_us);
  EXPECT_EQ(in_microseconds(Duration()), 1_us);
  JobStream stream({});
  stream.add(Instant(2'999), 3'600_ns);
  const Scenario scenario = stream.take();
  EXPECT_EQ(scenario.tasks[0].delay, 2_us);
  EXPECT_EQ(work_of(scenario.tasks[0]), 4_us);
}

TEST(JobStream, JobsAreNumberedFromOneAndEnd) {
  JobStream stream({});
  stream.add(Instant(), 1_us);
  stream.add(Instant() + 1_s, 1_us);
  const Scenario scenario = stream.take();
  EXPECT_EQ(scenario.format, "job-table");
  ASSERT_EQ(scenario.tasks.size(), 2U);
  EXPECT_EQ(scenario.tasks[1].name, "job2");
  EXPECT_EQ(scenario.tasks[1].loop, 1);
}

TEST(JobStream, AnArrivalThatNoFileHoldsIsRefused) {
  JobStream stream({.file = "poisson"});
  stream.add(Instant() + 1'000'000_s, 1_us);
  EXPECT_EQ(error_of([&] { stream.add(Instant::max(), 1_us); }),
            "poisson: error: job 2 arrives after more than 11 days; expected fewer jobs, or more of them a second");
}

}  // namespace signalbox::job_stream_test
