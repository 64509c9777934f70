// What queueing theory says of a CPU that jobs come to at random, against what is measured. Seeds are fixed, so a test
// that passes once always does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/generated.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tools/experiment/experiment.hpp"
#include "tools/experiment/statistics.hpp"

namespace signalbox::queueing_theory_test {

// Jobs that come as a Poisson process; service times in seconds.
struct Workload {
  std::string text;
  double rate;
  double mean;
  double second_moment;

  double load() const { return rate * mean; }
};

Workload exponential(int rate, int service_ms, int jobs) {
  const double mean = service_ms / 1e3;
  return {fmt::format("poisson:rate={},service={}ms,jobs={}", rate, service_ms, jobs), static_cast<double>(rate), mean,
          2 * mean * mean};
}

// E[S^k] of a Pareto distribution of this alpha between `least` and `most`.
double pareto_moment(double alpha, double least, double most, double k) {
  const double scale = alpha * std::pow(least, alpha) / (1 - std::pow(least / most, alpha));
  return scale * (std::pow(most, k - alpha) - std::pow(least, k - alpha)) / (k - alpha);
}
Workload pareto(int rate, int shape, int most_ms, int jobs) {
  const double most = most_ms / 1e3;
  return {fmt::format("heavy_tailed:rate={},shape={},shortest=1ms,longest={}ms,jobs={}", rate, shape, most_ms, jobs),
          static_cast<double>(rate), pareto_moment(shape / 100.0, 1e-3, most, 1),
          pareto_moment(shape / 100.0, 1e-3, most, 2)};
}

// The jobs of a run on one CPU whose switches cost nothing, in the order in which they came.
std::vector<ThreadReport> jobs_of(const Workload& workload, const std::string& policy) {
  const Scenario scenario = generated(workload.text, 42);
  const MachineConfig machine;
  const PolicyChoice choice = policy_of(policy);
  const auto outcome = run_experiment({.scenario = scenario, .machine = machine, .policy = choice, .until = {}});
  EXPECT_EQ(outcome->end, RunEnd::finished);
  std::vector<ThreadReport> jobs;
  for (std::size_t i = 0; i < outcome->metrics.thread_count(); ++i) jobs.push_back(outcome->metrics.thread(i));
  std::ranges::sort(jobs, {}, &ThreadReport::arrival);
  return jobs;
}

constexpr std::size_t batches = 20;

// A measure of each job, as means of batches long enough to be nearly independent; the first tenth, while the queue
// still fills, is left out (Law and Kelton, Simulation Modeling and Analysis, 9.5.3).
template <class Measure>
std::vector<double> batch_means(const std::vector<ThreadReport>& jobs, Measure measure) {
  const std::size_t first = jobs.size() / 10;
  const std::size_t length = (jobs.size() - first) / batches;
  std::vector<double> means(batches);
  for (std::size_t i = 0; i < batches * length; ++i) {
    means[i / length] += measure(jobs[first + i]) / static_cast<double>(length);
  }
  return means;
}

// Theory lies in the 99 % interval of what was measured, and that interval is narrow enough to say something.
void expect_theory(double theory, const std::vector<double>& means) {
  const Estimate estimate = Estimate::of(means);
  const double margin = estimate.margin * 2.861 / 2.093;  // of Student's t with 19 degrees: 99 % instead of 95 %
  EXPECT_NEAR(estimate.mean, theory, margin);
  EXPECT_LT(margin, theory * 0.12);
}

double waiting(const ThreadReport& job) { return job.waiting.seconds(); }
double turnaround(const ThreadReport& job) { return job.turnaround->seconds(); }

class FirstComeFirstServed : public ::testing::TestWithParam<Workload> {};
class SmallQuanta : public ::testing::TestWithParam<Workload> {};

std::string test_name(const ::testing::TestParamInfo<Workload>& suite) {
  return fmt::format("{}_at_load_{:.0f}", suite.param.text.substr(0, suite.param.text.find(':')),
                     100 * suite.param.load());
}

INSTANTIATE_TEST_SUITE_P(QueueingTheory, FirstComeFirstServed,
                         ::testing::Values(exponential(100, 5, 60'000), exponential(100, 7, 120'000),
                                           pareto(250, 150, 100, 120'000), pareto(320, 400, 1000, 60'000)),
                         test_name);
INSTANTIATE_TEST_SUITE_P(QueueingTheory, SmallQuanta,
                         ::testing::Values(exponential(100, 6, 40'000), pareto(250, 150, 100, 60'000)), test_name);

// Pollaczek 1930 and Khinchine 1932: W = rate x E[S^2] / 2 (1 - load). For exponential services that is M/M/1's
// load x E[S] / (1 - load).
TEST_P(FirstComeFirstServed, WaitsAsPollaczekAndKhinchineSay) {
  const Workload& workload = GetParam();
  const double theory = workload.rate * workload.second_moment / (2 * (1 - workload.load()));
  expect_theory(theory, batch_means(jobs_of(workload, "fcfs"), waiting));
}

// Processor sharing: E[T] = E[S] / (1 - load), whatever the distribution of the services (Kleinrock, Queueing Systems,
// volume 2, 1976, section 4.4). A quantum is short beside a service, so round_robin is near to it.
TEST_P(SmallQuanta, TakeTheTimeOfProcessorSharingWhateverTheServices) {
  const Workload& workload = GetParam();
  const double theory = workload.mean / (1 - workload.load());
  expect_theory(theory, batch_means(jobs_of(workload, "round_robin:quantum=50us"), turnaround));
}

// The same, of short and of long jobs: each is slowed down by 1 / (1 - load).
TEST(QueueingTheory, SmallQuantaSlowShortAndLongJobsDownAlike) {
  const Workload workload = exponential(100, 6, 40'000);
  const std::vector<ThreadReport> jobs = jobs_of(workload, "round_robin:quantum=50us");
  const auto slowdown_of = [&](auto belongs) {
    std::vector<ThreadReport> chosen;
    std::ranges::copy_if(jobs, std::back_inserter(chosen), belongs);
    std::vector<double> taken = batch_means(chosen, turnaround);
    const std::vector<double> asked = batch_means(chosen, [](const ThreadReport& job) { return job.cpu().seconds(); });
    for (std::size_t i = 0; i < batches; ++i) taken[i] /= asked[i];
    return taken;
  };
  const double theory = 1 / (1 - workload.load());
  expect_theory(theory, slowdown_of([](const ThreadReport& job) { return job.cpu() < 6_ms; }));
  expect_theory(theory, slowdown_of([](const ThreadReport& job) { return job.cpu() >= 6_ms; }));
}

// Each time the system empties.
std::vector<Instant> ends_of_busy_periods(const std::vector<ThreadReport>& jobs) {
  std::vector<Instant> finishes;
  for (const ThreadReport& job : jobs) finishes.push_back(*job.finish);
  std::ranges::sort(finishes);
  std::vector<Instant> ends;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (i + 1 == jobs.size() || finishes[i] < jobs[i + 1].arrival) ends.push_back(finishes[i]);
  }
  return ends;
}

// The work in the system does not depend on who schedules, if nobody idles while there is some (Kleinrock, volume 2,
// section 3.4): every policy empties it at the same instants, to the nanosecond.
TEST(QueueingTheory, WorkIsConservedWhoeverSchedules) {
  const Workload workload = exponential(100, 7, 3'000);
  const std::vector<Instant> ends = ends_of_busy_periods(jobs_of(workload, "fcfs"));
  EXPECT_GT(ends.size(), 500U);
  for (const PolicyRow* const policy : all_policies()) {
    if (!policy->is_work_conserving) continue;
    EXPECT_EQ(ends_of_busy_periods(jobs_of(workload, std::string(policy->name))), ends) << policy->name;
  }
}

}  // namespace signalbox::queueing_theory_test
