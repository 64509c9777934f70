#include "tests/oracles/measures.hpp"

#include <fmt/ranges.h>

#include <cmath>

namespace signalbox {
namespace {

template <class Look>
Measure of_table(std::vector<TableRow> rows, const Look& look) {
  return
      [rows = std::move(rows), look](const std::string& policy) -> Measured { return look(PolicyTable(policy, rows)); };
}

template <class Look>
Measure of_tasks(std::vector<PeriodicTask> tasks, Duration horizon, Look look) {
  return [tasks = std::move(tasks), horizon, look](const std::string& policy) -> Measured {
    return look(PeriodicRun(policy, tasks, horizon));
  };
}

std::string letter(std::size_t index) { return {static_cast<char>('A' + index)}; }

}  // namespace

Measure mean_wait(std::vector<TableRow> rows) {
  return of_table(std::move(rows), [](const PolicyTable& table) { return table.mean_wait(); });
}
Measure mean_turnaround(std::vector<TableRow> rows) {
  return of_table(std::move(rows), [](const PolicyTable& table) { return table.mean_turnaround(); });
}
Measure mean_normalised_turnaround(const std::vector<TableRow>& rows) {
  return of_table(rows, [rows](const PolicyTable& table) {
    const Finishes ends = table.finishes();
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sum += static_cast<double>(ends[i] - rows[i].arrival) / static_cast<double>(rows[i].service);
    }
    return sum / static_cast<double>(rows.size());
  });
}
Measure mean_response(std::vector<TableRow> rows) {
  return of_table(std::move(rows), [](const PolicyTable& table) { return table.mean_response(); });
}
Measure finishes(std::vector<TableRow> rows) {
  return of_table(std::move(rows),
                  [](const PolicyTable& table) { return fmt::format("{}", fmt::join(table.finishes(), " ")); });
}
Measure gantt(std::vector<TableRow> rows) {
  return of_table(std::move(rows), [](const PolicyTable& table) { return table.gantt(); });
}

Measure deadline_misses(std::vector<PeriodicTask> tasks, Duration horizon) {
  return of_tasks(std::move(tasks), horizon, [](const PeriodicRun& run) { return static_cast<double>(run.misses()); });
}
Measure first_response(std::vector<PeriodicTask> tasks, std::size_t index) {
  const Duration horizon = tasks[index].period * 2;
  return of_tasks(std::move(tasks), horizon,
                  [index](const PeriodicRun& run) { return milliseconds(run.first_response(index)); });
}
Measure periodic_gantt(std::vector<PeriodicTask> tasks, Duration horizon) {
  return of_tasks(std::move(tasks), horizon, [](const PeriodicRun& run) { return run.driver().gantt(); });
}

Measure job_gantt(JobRun run, Duration unit) {
  return of_run(std::move(run), [unit](const PolicyDriver& driver) { return driver.gantt(unit); });
}
Measure share(JobRun run, std::size_t index) {
  const double whole = run.horizon.seconds();
  return of_run(std::move(run), [=](const PolicyDriver& driver) { return driver.task(index).ran.seconds() / whole; });
}
Measure finish(JobRun run, std::size_t index) {
  return of_run(std::move(run),
                [index](const PolicyDriver& driver) { return milliseconds(driver.task(index).finish.since_start()); });
}
Measure first_run(JobRun run, std::size_t index) {
  return of_run(std::move(run), [index](const PolicyDriver& driver) {
    return milliseconds(driver.task(index).first_run.value_or(Instant::max()).since_start());
  });
}
Measure last_whole_slice(JobRun run, Duration unit) {
  return of_run(std::move(run), [unit](const PolicyDriver& driver) {
    const PolicyDriver::Slice& slice = *(driver.slices().end() - 2);  // the last is cut by the end of the run
    return (slice.to - slice.from).seconds() / unit.seconds();
  });
}

Measure mean_of(JobRun run, int runs, std::function<double(const PolicyDriver&)> look) {
  return [run = std::move(run), runs, look = std::move(look)](const std::string& policy) -> Measured {
    double sum = 0;
    for (int seed = 1; seed <= runs; ++seed) {
      PolicyDriver driver(policy, {.seed = static_cast<std::uint64_t>(seed)});
      for (const DriverJob& job : run.jobs) driver.add(job);
      driver.run(Instant() + run.horizon);
      sum += look(driver);
    }
    return sum / runs;
  };
}
Measure chance(std::vector<DriverJob> jobs, int runs, std::function<bool(const PolicyDriver&)> is_so) {
  return mean_of({.jobs = std::move(jobs)}, runs,
                 [is_so = std::move(is_so)](const PolicyDriver& driver) { return is_so(driver) ? 1.0 : 0.0; });
}
double interval(double deviation, int draws) { return 3.29 * deviation / std::sqrt(draws); }
Expected about_chance(double chance, int draws) {
  return about(chance, interval(std::sqrt(chance * (1 - chance)), draws));
}

double milliseconds(Duration time) { return static_cast<double>(time.nanoseconds()) / 1e6; }
DriverJob job(std::string name, Duration run, const SchedAttributes& attributes, Duration arrival) {
  return {.name = std::move(name), .arrival = Instant() + arrival, .steps = {{run, {}}}, .attributes = attributes};
}
std::vector<DriverJob> hogs(const std::vector<std::uint32_t>& weights) {
  std::vector<DriverJob> jobs;
  for (const std::uint32_t weight : weights) jobs.push_back(hog(letter(jobs.size()), weight));
  return jobs;
}
std::vector<DriverJob> nice_hogs(const std::vector<int>& nices) {
  std::vector<DriverJob> jobs;
  for (const int nice : nices) {
    jobs.push_back(hog(letter(jobs.size()), nice_weight(nice)));
    jobs.back().attributes.nice = static_cast<std::int8_t>(nice);
  }
  return jobs;
}

}  // namespace signalbox
