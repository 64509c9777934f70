// What real-time theory promises of task sets on one CPU whose switches cost nothing, for random sets. RapidCheck
// prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/attributes.hpp"
#include "tests/support/periodic_tasks.hpp"

namespace signalbox::real_time_theory_test {

using rc::gen::inRange;

// A few that use at most the whole CPU.
std::vector<PeriodicTask> some_set() { return some_tasks(*inRange<std::size_t>(2, 8), 1); }

// The same with deadlines before the ends of their periods.
std::vector<PeriodicTask> some_constrained_tasks() {
  std::vector<PeriodicTask> tasks = some_set();
  for (PeriodicTask& task : tasks) {
    task.deadline = std::max(task.run, task.period * *inRange<std::int64_t>(30, 101) / 100);
  }
  return tasks;
}

// Liu and Layland, Scheduling Algorithms for Multiprogramming in a Hard-Real-Time Environment, JACM 1973, theorem 5: n
// tasks that use at most n (2^(1/n) - 1) of the CPU miss no deadline. That it is tight: tests/oracles.
RC_GTEST_PROP(RealTimeTheory, RateMonotonicMeetsEverySetBelowTheLiuLaylandBound, ()) {
  const auto count = *inRange<std::size_t>(1, 9);
  const auto n = static_cast<double>(count);
  RC_ASSERT(misses("rate_monotonic", some_tasks(count, n * (std::pow(2, 1 / n) - 1)), 3_s) == 0U);
}

// Theorem 7: no deadline is missed while the utilisation is at most 1.
RC_GTEST_PROP(RealTimeTheory, EarliestDeadlineMeetsEverySetUpToTheWholeCpu, ()) {
  RC_ASSERT(misses("edf", some_set(), 3_s) == 0U);
}

// Mok 1983: least laxity first meets every deadline that can be met on one CPU.
RC_GTEST_PROP(RealTimeTheory, LeastLaxityMeetsEverySetUpToTheWholeCpu, ()) {
  RC_ASSERT(misses("least_laxity", some_set(), 3_s) == 0U);
}

// Dertouzos, Control Robotics: The Procedural Control of Physical Processes, 1974: what any policy meets, earliest
// deadline first meets; and the same of least laxity (Mok 1983).
RC_GTEST_PROP(RealTimeTheory, EarliestDeadlineAndLeastLaxityMeetWhatAnyPolicyMeets, ()) {
  const std::vector<PeriodicTask> tasks = some_constrained_tasks();
  const auto meets = [&](std::string_view policy) { return misses(policy, tasks, 1_s) == 0U; };
  const bool is_met = meets("rate_monotonic") || meets("deadline_monotonic") || meets("round_robin:quantum=1ms") ||
                      meets("fcfs") || meets("sjf") || meets("edf") || meets("least_laxity");
  RC_PRE(is_met);
  RC_ASSERT(meets("edf"));
  RC_ASSERT(meets("least_laxity"));
}

// Leung and Whitehead, On the Complexity of Fixed-Priority Scheduling of Periodic, Real-Time Tasks, 1982: of all fixed
// orders that of the deadlines meets what any meets, here that of the periods.
RC_GTEST_PROP(RealTimeTheory, DeadlineMonotonicMeetsWhatRateMonotonicMeets, ()) {
  const std::vector<PeriodicTask> tasks = some_constrained_tasks();
  RC_PRE(misses("rate_monotonic", tasks, 1_s) == 0U);
  RC_ASSERT(misses("deadline_monotonic", tasks, 1_s) == 0U);
}

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

RC_GTEST_PROP(RealTimeTheory, FirstResponseByPeriodsIsThatOfTheFormula, ()) {
  check_first_responses("rate_monotonic", [](const PeriodicTask& task) { return task.period; });
}

RC_GTEST_PROP(RealTimeTheory, FirstResponseByDeadlinesIsThatOfTheFormula, ()) {
  check_first_responses("deadline_monotonic", [](const PeriodicTask& task) { return task.deadline; });
}

// Abeni and Buttazzo, Integrating Multimedia Applications in Hard Real-Time Systems, RTSS 1998: where reservations use
// at most the whole CPU, who keeps to its own meets every deadline whatever the others do, and who wants more gets what
// it reserved. Some here compute for ever, some wait at times of their own.
RC_GTEST_PROP(RealTimeTheory, ReservationsIsolate, ()) {
  const std::vector<PeriodicTask> reserved = some_set();
  PolicyDriver driver(*rc::gen::elementOf(std::vector<std::string>{"deadline", "linux"}), {});
  std::vector<int> kinds;  // 0: keeps to its reservation, 1: computes for ever, 2: computes and waits at random
  for (const PeriodicTask& task : reserved) {
    DriverJob job{.name = "job", .arrival = {}, .steps = {}, .attributes = reservation(task.run, task.period)};
    const int kind = kinds.emplace_back(*inRange(0, 3));
    if (kind == 0) job.period = task.period;
    if (kind == 0) job.steps.push_back({task.run, {}});
    if (kind == 1) job.steps.push_back({1000_s, {}});
    for (int step = 0; kind == 2 && step < 40; ++step) {
      job.steps.push_back({100_us * *inRange(1, 300), 100_us * *inRange(0, 300)});
    }
    driver.add(job);
  }
  constexpr Duration horizon = 2_s;
  driver.run(Instant() + horizon);
  RC_ASSERT(driver.violations().empty());
  for (std::size_t i = 0; i < reserved.size(); ++i) {
    const DriverTask& task = driver.task(i);
    const std::int64_t periods = horizon / reserved[i].period;
    if (kinds[i] == 0) RC_ASSERT(task.misses == 0U);
    if (kinds[i] == 1) RC_ASSERT(task.ran >= reserved[i].run * periods);
    if (kinds[i] == 1) RC_ASSERT(task.ran <= reserved[i].run * (periods + 1));
  }
}

}  // namespace signalbox::real_time_theory_test
