#include "workloads/synthetic/task_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/time_text.hpp"
#include "kernel/sched/policies/options.hpp"
#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_stream.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_tasks = 100;

Duration share_of(Duration period, CpuShare share) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{static_cast<std::uint64_t>(period.nanoseconds())} * share;
  return Duration(static_cast<std::int64_t>(product >> 32U));
}

Task periodic_task(std::size_t number, Duration period, CpuShare share) {
  Task task;
  task.name = fmt::format("task{}", number);
  SchedAttributes& attributes = task.sched.attributes.emplace();
  attributes.period = attributes.deadline = period;
  Phase& phase = task.phases.emplace_back();
  phase.name = task.name;
  const Duration work = std::min(period, in_microseconds(share_of(period, share)));
  phase.events.push_back({RunEvent{work}, {}});
  phase.events.push_back(
      {TimerEvent{.timer = "unique", .period = period, .mode = TimerMode::absolute, .is_per_instance = true}, {}});
  return task;
}

}  // namespace

std::vector<PolicyOption> task_set_options() {
  return {number_option("tasks", 5, 1, most_tasks, "how many tasks there are"),
          number_option("utilisation", 80, 1, 100 * most_tasks, "what they need together, in percent of a CPU"),
          time_option("min_period", 10_ms, 10_us, 100_s, "the shortest period there may be"),
          time_option("max_period", 1_s, 10_us, 100_s, "the longest"),
          number_option("seconds", 2, 1, 1'000'000, "when the run ends")};
}

void check_task_set(const OptionValues& options, const SourcePlace& place) {
  const auto least = options.get<Duration>("min_period");
  const auto most = options.get<Duration>("max_period");
  if (least > most) {
    throw InputError(place, fmt::format("min_period is {} and max_period {}", time_text(least), time_text(most)),
                     "min_period to be the shorter one");
  }
  const auto tasks = options.get<std::int64_t>("tasks");
  const auto utilisation = options.get<std::int64_t>("utilisation");
  if (utilisation > 100 * tasks) {
    throw InputError(place, fmt::format("a utilisation of {} percent by {} tasks", utilisation, tasks),
                     fmt::format("at most {}, a CPU for each", 100 * tasks));
  }
}

Scenario periodic_tasks(std::span<const CpuShare> shares, const OptionValues& options, const Prng& random) {
  Prng periods = random.split("periods");
  Scenario scenario;
  scenario.format = "rt-app";
  scenario.duration = 1_s * options.get<std::int64_t>("seconds");
  for (const CpuShare share : shares) {
    const Duration period = in_microseconds(
        log_uniform_time(periods, options.get<Duration>("min_period"), options.get<Duration>("max_period")));
    scenario.tasks.push_back(periodic_task(scenario.tasks.size() + 1, period, share));
  }
  return scenario;
}

}  // namespace signalbox
