#include "kernel/sched/policies/monotonic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "tests/support/periodic_tasks.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox::monotonic_test {

using Urgency = std::function<Duration(const PeriodicTask&)>;

// Joseph and Pandya, Finding Response Times in a Real-Time System, The Computer Journal 1986: the least R with
// R = C + sum over the more urgent of ceil(R / T) x C. Equals go by their number. Duration::max(): beyond `most`.
Duration response_by_formula(const std::vector<PeriodicTask>& tasks, std::size_t index, const Urgency& urgency,
                             Duration most) {
  Duration response = tasks[index].run;
  while (response <= most) {
    Duration next = tasks[index].run;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const Duration mine = urgency(tasks[index]);
      const Duration theirs = urgency(tasks[i]);
      if (theirs > mine || (theirs == mine && i >= index)) continue;
      // An equal that comes again queues behind; it counts once.
      const std::int64_t releases = theirs == mine ? 1 : (response + tasks[i].period - 1_ns) / tasks[i].period;
      next += tasks[i].run * releases;
    }
    if (next == response) return response;
    response = next;
  }
  return Duration::max();
}

std::vector<PeriodicTask> some_constrained_tasks() {
  std::vector<PeriodicTask> tasks = some_tasks(*rc::gen::inRange<std::size_t>(2, 8), 1);
  for (PeriodicTask& task : tasks) {
    task.deadline = std::max(task.run, task.period * *rc::gen::inRange<std::int64_t>(30, 101) / 100);
  }
  return tasks;
}

void check_first_responses(std::string_view policy, const Urgency& urgency) {
  const std::vector<PeriodicTask> tasks = some_constrained_tasks();
  const PeriodicRun run(policy, tasks, 300_ms);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Duration response = response_by_formula(tasks, i, urgency, tasks[i].period);
    if (response <= tasks[i].period) {
      RC_ASSERT(run.first_response(i) == response);
    } else {
      RC_ASSERT(run.first_response(i) > tasks[i].period);
    }
  }
}

RC_GTEST_PROP(Monotonic, FirstResponseByPeriodsIsThatOfTheFormula, ()) {
  check_first_responses("rate_monotonic", [](const PeriodicTask& task) { return task.period; });
}

RC_GTEST_PROP(Monotonic, FirstResponseByDeadlinesIsThatOfTheFormula, ()) {
  check_first_responses("deadline_monotonic", [](const PeriodicTask& task) { return task.deadline; });
}

// Burns and Wellings, Real-Time Systems and Programming Languages, response time analysis: 3, 6 and 20.
TEST(Monotonic, BurnsAndWellings) {
  for (const char* const policy : {"rate_monotonic", "deadline_monotonic"}) {
    const PeriodicRun run(policy, {{3_ms, 7_ms}, {3_ms, 12_ms}, {5_ms, 20_ms}}, 30_ms);
    EXPECT_EQ(run.first_response(0), 3_ms) << policy;
    EXPECT_EQ(run.first_response(1), 6_ms) << policy;
    EXPECT_EQ(run.first_response(2), 20_ms) << policy;
  }
}

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
