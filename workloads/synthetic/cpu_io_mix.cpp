#include <fmt/format.h>

#include <algorithm>

#include "kernel/sched/policies/options.hpp"
#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_stream.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_bursts = 10'000;  // of a job, on average

// Bursts of random length with a wait after each but the last, until all the work is done.
Task job(std::string name, Duration work, Duration burst, Duration wait, Prng random) {
  Task task;
  task.name = std::move(name);
  task.loop = 1;
  Phase& phase = task.phases.emplace_back();
  phase.name = task.name;
  for (Duration left = in_microseconds(work); left > Duration();) {
    const Duration run = std::min(left, in_microseconds(exponential_time(random, burst)));
    left -= run;
    phase.events.push_back({RunEvent{run}, {}});
    if (left > Duration()) phase.events.push_back({SleepEvent{in_microseconds(exponential_time(random, wait))}, {}});
  }
  return task;
}

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  const auto work = options.get<Duration>("work");
  const auto jobs = options.get<std::int64_t>("jobs");
  for (const char* const burst : {"io_burst", "cpu_burst"}) {
    if (work / options.get<Duration>(burst) <= most_bursts) continue;
    throw InputError(place, fmt::format("work is more than {} times {}", most_bursts, burst),
                     fmt::format("less work, or a longer {}", burst));
  }
  Scenario scenario;
  scenario.format = "rt-app";
  const std::int64_t io_jobs = jobs * options.get<std::int64_t>("io_share") / 100;
  for (std::int64_t i = 0; i < jobs; ++i) {
    const bool waits_often = i < io_jobs;
    const std::string name = waits_often ? fmt::format("io{}", i + 1) : fmt::format("cpu{}", i - io_jobs + 1);
    scenario.tasks.push_back(job(name, work, options.get<Duration>(waits_often ? "io_burst" : "cpu_burst"),
                                 options.get<Duration>("wait"), random.split(name)));
  }
  return scenario;
}

}  // namespace

extern const GeneratorRow cpu_io_mix_generator;
const GeneratorRow cpu_io_mix_generator{
    .name = "cpu_io_mix",
    .summary = "jobs that do the same work in short bursts with waits between, or in long ones",
    .source = "Silberschatz, Operating System Concepts, CPU-I/O burst cycle: exponential bursts",
    .options = {number_option("jobs", 20, 1, 10'000, "how many jobs there are"),
                number_option("io_share", 50, 0, 100, "how many percent of them are bound by I/O"),
                time_option("work", 100_ms, 1_us, 1000_s, "what each job computes in all"),
                time_option("io_burst", 1_ms, 1_us, 100_s,
                            "what a job bound by I/O computes before a wait, on average"),
                time_option("cpu_burst", 50_ms, 1_us, 100_s, "what any other job computes before a wait, on average"),
                time_option("wait", 10_ms, 1_us, 100_s, "how long a wait takes, on average")},
    .make = make,
};

}  // namespace signalbox
