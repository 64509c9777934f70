#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "tests/oracles/oracle.hpp"
#include "tests/support/periodic_tasks.hpp"
#include "tests/support/policy_table.hpp"

namespace signalbox {

// A textbook's table on one CPU; times in its units.
Measure mean_wait(std::vector<TableRow> rows);
Measure mean_turnaround(std::vector<TableRow> rows);
Measure mean_normalised_turnaround(const std::vector<TableRow>& rows);  // turnaround over service
Measure mean_response(std::vector<TableRow> rows);
Measure finishes(std::vector<TableRow> rows);  // in the order of the rows: "3 9 13"
Measure gantt(std::vector<TableRow> rows);

// Tasks of real-time theory on one CPU, all released at 0; times in ms.
Measure deadline_misses(std::vector<PeriodicTask> tasks, Duration horizon);
Measure first_response(std::vector<PeriodicTask> tasks, std::size_t index);
Measure periodic_gantt(std::vector<PeriodicTask> tasks, Duration horizon);

// Jobs, until `horizon` or to their end.
struct JobRun {
  std::vector<DriverJob> jobs;
  Duration horizon = Duration::max();
  unsigned cpus = 1;
};
template <class Look>
Measure of_run(JobRun run, Look look) {
  return [run = std::move(run), look = std::move(look)](const std::string& policy) -> Measured {
    PolicyDriver driver(policy, {.cpus = run.cpus});
    for (const DriverJob& job : run.jobs) driver.add(job);
    driver.run(Instant() + run.horizon);
    CHECK(driver.violations().empty(), "a policy keeps its word while it is measured");
    return look(driver);
  };
}
Measure job_gantt(JobRun run, Duration unit = 1_ms);
Measure share(JobRun run, std::size_t index);      // of the time of a CPU, 0 to 1
Measure finish(JobRun run, std::size_t index);     // in ms
Measure first_run(JobRun run, std::size_t index);  // in ms
Measure last_whole_slice(JobRun run, Duration unit = 1_ms);

// In how many of `runs` runs to their end, each of its own seed, it is so; 0 to 1.
Measure chance(std::vector<DriverJob> jobs, int runs, std::function<bool(const PolicyDriver&)> is_so);
// The mean of that many runs, likewise.
Measure mean_of(JobRun run, int runs, std::function<double(const PolicyDriver&)> look);
// Half the interval that holds the mean of so many draws 999 times in 1000.
double interval(double deviation, int draws);
Expected about_chance(double chance, int draws);

double milliseconds(Duration time);
DriverJob job(std::string name, Duration run, const SchedAttributes& attributes = {}, Duration arrival = {});
// Jobs that compute for ever, named A, B, C and so on: by weight, and by nice value.
std::vector<DriverJob> hogs(const std::vector<std::uint32_t>& weights);
std::vector<DriverJob> nice_hogs(const std::vector<int>& nices);

}  // namespace signalbox
