#include <fmt/format.h>

#include "kernel/sched/policies/options.hpp"
#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_stream.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

Task task_named(std::string name) {
  Task task;
  task.name = std::move(name);
  task.loop = 1;
  task.phases.emplace_back().name = task.name;
  return task;
}

Task thinker(std::int64_t number, Duration work) {
  Task task = task_named(fmt::format("think{}", number));
  task.phases.front().events.push_back({RunEvent{in_microseconds(work)}, {}});
  return task;
}

// Memory that does not fit is waited for at nearly every step; the waits are sleeps, because paging is not emulated
// yet.
Task grinder(std::int64_t number, const OptionValues& options, Prng random) {
  Task task = task_named(fmt::format("grind{}", number));
  for (std::int64_t fault = 0; fault < options.get<std::int64_t>("faults"); ++fault) {
    const Duration work = exponential_time(random, options.get<Duration>("grind"));
    const Duration wait = exponential_time(random, options.get<Duration>("fault"));
    task.phases.front().events.push_back({RunEvent{in_microseconds(work)}, {}});
    task.phases.front().events.push_back({SleepEvent{in_microseconds(wait)}, {}});
  }
  return task;
}

std::string turn_of(std::int64_t group, std::int64_t seat) { return fmt::format("turn{}-{}", group, seat); }

// Each waits for its turn and passes it on; the first of a ring has it at the beginning.
void add_ring(Scenario& scenario, std::int64_t group, const OptionValues& options) {
  const auto size = options.get<std::int64_t>("size");
  for (std::int64_t seat = 0; seat < size; ++seat) {
    Task task = task_named(fmt::format("pong{}-{}", group, seat));
    Phase& phase = task.phases.front();
    phase.loop = options.get<std::int64_t>("rounds");
    phase.events.push_back({SemaphoreWaitEvent{turn_of(group, seat)}, {}});
    phase.events.push_back({RunEvent{in_microseconds(options.get<Duration>("pong"))}, {}});
    phase.events.push_back({SemaphorePostEvent{turn_of(group, (seat + 1) % size)}, {}});
    scenario.tasks.push_back(std::move(task));
  }
  scenario.semaphores[turn_of(group, 0)] = 1;
}

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  const auto count = [&options](std::string_view name) { return options.get<std::int64_t>(name); };
  Scenario scenario;
  scenario.format = "rt-app";
  for (std::int64_t i = 0; i < count("thinkers"); ++i) {
    scenario.tasks.push_back(thinker(i, options.get<Duration>("think")));
  }
  for (std::int64_t i = 0; i < count("grinders"); ++i) {
    scenario.tasks.push_back(grinder(i, options, random.split(fmt::format("grinder {}", i))));
  }
  for (std::int64_t group = 0; group < count("groups"); ++group) add_ring(scenario, group, options);
  if (scenario.tasks.empty()) throw InputError(place, "nobody is to run", "a thinker, a grinder or a group");
  return scenario;
}

}  // namespace

extern const GeneratorRow think_grind_pong_generator;
const GeneratorRow think_grind_pong_generator{
    .name = "think_grind_pong",
    .summary = "thinkers compute, grinders wait for memory again and again, pong groups pass a turn around",
    .source = "Holland, schedpong of OS/161, 2015 (testbin/schedpong)",
    .options = {number_option("thinkers", 2, 0, 1000, "how many only compute"),
                number_option("grinders", 1, 0, 1000, "how many wait for memory"),
                number_option("groups", 1, 0, 1000, "how many groups play pong"),
                number_option("size", 6, 1, 64, "how many play in a group"),
                time_option("think", 500_ms, 1_us, 1000_s, "what a thinker computes"),
                number_option("faults", 200, 1, 10'000, "how often a grinder waits"),
                time_option("grind", 500_us, 1_us, 1_s, "what it computes between two waits, on average"),
                time_option("fault", 5_ms, 1_us, 10_s, "how long it waits, on average"),
                number_option("rounds", 1000, 1, 1'000'000, "how often each player has the turn"),
                time_option("pong", 20_us, 1_us, 1_s, "what it computes then")},
    .make = make,
};

}  // namespace signalbox
