// Shortest remaining time first has the least mean turnaround there is on one CPU whose switches cost nothing (Schrage,
// A Proof of the Optimality of the Shortest Remaining Processing Time Discipline, Operations Research 1968): no other
// policy of the registry may ever have less.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::srtf_optimality_test {

std::vector<DriverJob> some_jobs() {
  std::vector<DriverJob> jobs;
  const int count = *rc::gen::inRange(1, 20);
  for (int i = 0; i < count; ++i) {
    DriverJob job{.name = fmt::format("job{}", i),
                  .arrival = Instant() + 100_us * *rc::gen::inRange(0, 500),
                  .steps = {{100_us * *rc::gen::inRange(1, 300), {}}}};
    job.attributes.nice = static_cast<std::int8_t>(*rc::gen::inRange(-20, 20));
    if (*rc::gen::arbitrary<bool>()) job.attributes.period = 1_ms * *rc::gen::inRange(1, 100);
    jobs.push_back(job);
  }
  return jobs;
}

double mean_turnaround_ms(std::string_view policy, const std::vector<DriverJob>& jobs) {
  PolicyDriver driver(policy, {});
  for (const DriverJob& job : jobs) driver.add(job);
  driver.run();
  return driver.mean_turnaround_ms();
}

class SrtfOptimality : public ::testing::TestWithParam<const PolicyRow*> {};
INSTANTIATE_TEST_SUITE_P(Registry, SrtfOptimality, ::testing::ValuesIn(all_policies()),
                         [](const auto& suite) { return std::string(suite.param->name); });

TEST_P(SrtfOptimality, NoOtherPolicyHasLessMeanTurnaround) {
  const bool holds = rc::check("srtf is optimal", [] {
    const std::vector<DriverJob> jobs = some_jobs();
    RC_ASSERT(mean_turnaround_ms("srtf", jobs) <= mean_turnaround_ms(GetParam()->name, jobs));
  });
  EXPECT_TRUE(holds);
}

}  // namespace signalbox::srtf_optimality_test
