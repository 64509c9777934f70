#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "tests/support/policy_driver.hpp"

namespace signalbox {

// A task of real-time theory: a job of length `run` is released every period, all tasks at 0 for the first time.
struct PeriodicTask {
  Duration run;
  Duration period;
  Duration deadline = {};  // relative; 0: the period

  Duration relative_deadline() const { return deadline > Duration() ? deadline : period; }
};

// What a policy makes of tasks on one CPU without costs.
class PeriodicRun {
 public:
  PeriodicRun(std::string_view policy, const std::vector<PeriodicTask>& tasks, Duration horizon) : driver_(policy, {}) {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      DriverJob job{.name = std::string(1, static_cast<char>('A' + i)), .arrival = {}, .steps = {{tasks[i].run, {}}}};
      job.period = job.attributes.period = tasks[i].period;
      job.attributes.deadline = tasks[i].deadline;
      job.attributes.runtime = tasks[i].run;
      driver_.add(job);
    }
    driver_.run(Instant() + horizon);
  }

  // Of deadlines, those included that are over while the job goes on.
  std::uint64_t misses() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < driver_.task_count(); ++i) {
      const DriverTask& task = driver_.task(i);
      const Duration declared = task.job.attributes.deadline;
      const Duration relative = declared > Duration() ? declared : task.job.period;
      const bool is_late = task.state != DriverTask::State::waiting && driver_.now() > task.release + relative;
      sum += task.misses + (is_late ? 1U : 0U);
    }
    return sum;
  }
  // From the first release to the end of its job; Duration::max() if the run was too short.
  Duration first_response(std::size_t index) const {
    const DriverTask& task = driver_.task(index);
    Duration left = task.job.steps.front().run;
    for (const PolicyDriver::Slice& slice : driver_.slices()) {
      if (slice.task != &task) continue;
      if (slice.to - slice.from >= left) return (slice.from + left).since_start();
      left -= slice.to - slice.from;
    }
    return Duration::max();
  }
  const PolicyDriver& driver() const { return driver_; }

 private:
  PolicyDriver driver_;
};

inline std::uint64_t misses(std::string_view policy, const std::vector<PeriodicTask>& tasks, Duration horizon) {
  return PeriodicRun(policy, tasks, horizon).misses();
}

// `count` random tasks that together use at most `bound` of a CPU, and at least half of that.
inline std::vector<PeriodicTask> some_tasks(std::size_t count, double bound) {
  const std::vector<int> parts =
      *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(1, 100)).as("parts of the utilisation");
  const double used = bound * *rc::gen::inRange(50, 101) / 100;
  const double whole = std::accumulate(parts.begin(), parts.end(), 0);
  std::vector<PeriodicTask> tasks;
  for (const int part : parts) {
    const Duration period = 1_ms * *rc::gen::inRange(2, 100);
    const auto run = static_cast<std::int64_t>(used * part / whole * static_cast<double>(period.nanoseconds()));
    tasks.push_back({.run = Duration(run), .period = period});
  }
  return tasks;
}

// The same with whole milliseconds, which textbooks' tables have; fewer of them if they would not fit.
inline std::vector<PeriodicTask> some_tasks_in_milliseconds() {
  std::vector<PeriodicTask> tasks;
  double left = 1;
  const int count = *rc::gen::inRange(2, 6);
  for (int i = 0; i < count; ++i) {
    const int period = *rc::gen::inRange(3, 25);
    const int run = *rc::gen::inRange(1, 1 + period / 2);
    const double share = static_cast<double>(run) / period;
    if (share > left) continue;
    left -= share;
    tasks.push_back({.run = 1_ms * run, .period = 1_ms * period});
  }
  return tasks;
}

}  // namespace signalbox
