#include "kernel/sched/policies/monotonic.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::monotonic_test {

DriverJob job_of(std::string name, std::int64_t arrival_ms, Duration deadline, Duration period) {
  DriverJob job{.name = std::move(name), .arrival = Instant() + 1_ms * arrival_ms, .steps = {{4_ms, {}}}};
  job.attributes.deadline = deadline;
  job.attributes.period = period;
  return job;
}

TEST(Monotonic, WhoHasNeitherRunsInTheBackground) {
  for (const char* const policy : {"rate_monotonic", "deadline_monotonic"}) {
    PolicyDriver driver(policy, {});
    driver.add(job_of("N", 0, {}, {}));
    driver.add(job_of("P", 1, {}, 30_ms));
    driver.add(job_of("D", 2, 20_ms, {}));
    driver.run();
    EXPECT_EQ(driver.gantt(), "N1 P1 D4 P3 N3") << policy;
  }
}

TEST(Monotonic, ShortenedWhileQueuedPreempts) {
  PolicyDriver driver("rate_monotonic", {});
  driver.add(job_of("A", 0, {}, 30_ms));
  driver.add(job_of("B", 0, {}, 40_ms));
  driver.run(Instant() + 1_ms);
  driver.change_attributes(1, job_of("B", 0, {}, 20_ms).attributes);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B4 A3");
}

}  // namespace signalbox::monotonic_test
