#include <cmath>

#include "tests/oracles/measures.hpp"
#include "tests/oracles/registry.hpp"

namespace signalbox {
namespace {

const std::string silberschatz = "Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section ";
const std::string liu_layland = "Liu and Layland, Scheduling Algorithms for Multiprogramming, JACM 1973, theorem ";
const std::string buttazzo = "Buttazzo, Hard Real-Time Computing Systems, 3rd edition, section 4.4";
const std::string burns_wellings = "Burns and Wellings, Real-Time Systems and Programming Languages, response times";

const std::vector<PeriodicTask> silberschatz_missed{{25_ms, 50_ms}, {35_ms, 80_ms}};
const std::vector<PeriodicTask> buttazzo_missed{{2_ms, 5_ms}, {4_ms, 7_ms}};
// Utilisation 1: 1/2 + 1/3 + 1/6.
const std::vector<PeriodicTask> full{{1_ms, 2_ms}, {2_ms, 6_ms}, {3_ms, 18_ms}};
const std::vector<PeriodicTask> by_periods{{3_ms, 7_ms}, {3_ms, 12_ms}, {5_ms, 20_ms}};
const std::vector<PeriodicTask> by_deadlines{
    {3_ms, 20_ms, 5_ms}, {3_ms, 15_ms, 7_ms}, {4_ms, 10_ms, 10_ms}, {3_ms, 20_ms, 20_ms}};

// What meets every deadline that can be met.
void add_optimal(std::vector<Oracle>& oracles, const std::string& policy, const std::string& theorem) {
  oracles.push_back(
      {policy, theorem, "deadlines missed by (1, 2), (2, 6), (3, 18), U = 1", is(0), deadline_misses(full, 18_s)});
  oracles.push_back({policy, buttazzo, "deadlines missed by (2, 5), (4, 7), U = 34/35", is(0),
                     deadline_misses(buttazzo_missed, 35_s)});
}

// One that can wait for nobody, and two that are due before it.
std::vector<DriverJob> dhalls_jobs() {
  std::vector<DriverJob> jobs{job("P", 10_ms), job("e", 1_ms), job("e", 1_ms)};
  for (DriverJob& each : jobs) each.attributes.deadline = each.name == "P" ? 10_ms : 9_ms;
  return jobs;
}

void add_edf(std::vector<Oracle>& oracles) {
  add_optimal(oracles, "edf", liu_layland + "7");
  oracles.push_back({"edf", silberschatz + "5.6.4", "Gantt chart of (25, 50), (35, 80) (ms)",
                     is("A25 B35 A25 B15 A25 B20"), periodic_gantt(silberschatz_missed, 150_ms)});
  const std::string manual = "Linux, Documentation/scheduler/sched-deadline.rst, section ";
  oracles.push_back({"edf", manual + "3.2", "response of (10, 100, 100) beside (50, 50, 100) (ms)", is(60),
                     first_response({{50_ms, 100_ms, 50_ms}, {10_ms, 100_ms}}, 1)});
  oracles.push_back({"edf", manual + "3.3, Dhall's effect",
                     "end of (10, 10) on 2 CPUs beside two of (1, 9): e + P (ms)", is(11),
                     finish({.jobs = dhalls_jobs(), .cpus = 2}, 0)});
}

void add_least_laxity(std::vector<Oracle>& oracles) {
  const std::string paper = "Dertouzos and Mok, Multiprocessor On-Line Scheduling of Hard-Real-Time Tasks, 1989";
  oracles.push_back({"least_laxity", paper, "end of (10, 10) on 2 CPUs beside two of (1, 9) (ms)", is(10),
                     finish({.jobs = dhalls_jobs(), .cpus = 2}, 0)});
  add_optimal(oracles, "least_laxity", paper);
}

// The tasks that use the least and still leave nothing: periods in the ratio of 2^(1/n), runs that fill the gaps.
std::vector<PeriodicTask> tightest(int n) {
  std::vector<PeriodicTask> tasks;
  for (int i = 0; i <= n; ++i) {
    const Duration period(std::llround(1e6 * std::exp2(static_cast<double>(i) / n)));
    if (i > 0) tasks.back().run = period - tasks.back().period;
    if (i < n) tasks.push_back({.run = {}, .period = period});
  }
  tasks.back().run = tasks.front().period * 2 - tasks.back().period;
  return tasks;
}

// By how much of the CPU tasks of these proportions can use before a deadline is missed.
Measure breakdown_utilisation(std::vector<PeriodicTask> tasks) {
  return [tasks = std::move(tasks)](const std::string& policy) -> Measured {
    std::int64_t meets = 500;  // thousandths of the runs
    std::int64_t misses_some = 1500;
    while (meets + 1 < misses_some) {
      const std::int64_t middle = (meets + misses_some) / 2;
      std::vector<PeriodicTask> scaled = tasks;
      for (PeriodicTask& task : scaled) task.run = task.run * middle / 1000;
      (misses(policy, scaled, 500_ms) == 0 ? meets : misses_some) = middle;
    }
    double used = 0;
    for (const PeriodicTask& task : tasks) used += task.run.seconds() / task.period.seconds();
    return used * static_cast<double>(meets) / 1000;
  };
}

void add_responses(std::vector<Oracle>& oracles, const std::string& policy, const std::vector<PeriodicTask>& tasks,
                   const std::vector<double>& responses) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const PeriodicTask& task = tasks[i];
    const std::string deadline = task.deadline > Duration() ? fmt::format(", {}", task.deadline / 1_ms) : "";
    oracles.push_back({policy, burns_wellings,
                       fmt::format("response of ({}, {}{}) (ms)", task.run / 1_ms, task.period / 1_ms, deadline),
                       is(responses[i]), first_response(tasks, i)});
  }
}

void add_rate_monotonic(std::vector<Oracle>& oracles) {
  const std::string policy = "rate_monotonic";
  for (const int n : {1, 2, 3, 4}) {
    oracles.push_back({policy, liu_layland + "5, tight sets",
                       fmt::format("breakdown utilisation of n = {}: n (2^(1/n) - 1)", n),
                       about(n * (std::exp2(1.0 / n) - 1), 0.002), breakdown_utilisation(tightest(n))});
  }
  add_responses(oracles, policy, by_periods, {3, 6, 20});
  oracles.push_back({policy, buttazzo, "deadlines missed by (2, 5), (4, 7) in 35 s", at_least(1),
                     deadline_misses(buttazzo_missed, 35_s)});
  oracles.push_back({policy, silberschatz + "5.6.3", "Gantt chart of (20, 50), (35, 100) (ms)", is("A20 B30 A20 B5"),
                     periodic_gantt({{20_ms, 50_ms}, {35_ms, 100_ms}}, 100_ms)});
  oracles.push_back({policy, silberschatz + "5.6.3", "Gantt chart of (25, 50), (35, 80) (ms)", is("A25 B25 A25 B10"),
                     periodic_gantt(silberschatz_missed, 85_ms)});
  oracles.push_back({policy, silberschatz + "5.6.3", "when the second ends, which was due at 80 (ms)", is(85),
                     first_response(silberschatz_missed, 1)});
}

void add_deadline_monotonic(std::vector<Oracle>& oracles) {
  add_responses(oracles, "deadline_monotonic", by_deadlines, {3, 6, 10, 20});
  oracles.push_back({"deadline_monotonic", burns_wellings, "deadlines missed by these four in 1 s", is(0),
                     deadline_misses(by_deadlines, 1_s)});
  oracles.push_back({"rate_monotonic", "Leung and Whitehead, Performance Evaluation 1982: deadlines are the order",
                     "deadlines missed by the set of deadline_monotonic", at_least(1),
                     deadline_misses(by_deadlines, 1_s)});
}

}  // namespace

std::vector<Oracle> real_time_oracles() {
  std::vector<Oracle> oracles;
  add_edf(oracles);
  add_rate_monotonic(oracles);
  add_deadline_monotonic(oracles);
  add_least_laxity(oracles);
  return oracles;
}

}  // namespace signalbox
