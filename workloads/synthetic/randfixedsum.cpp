#include <fmt/format.h>

#include "kernel/sched/policies/options.hpp"
#include "workloads/synthetic/fixed_sum.hpp"
#include "workloads/synthetic/task_set.hpp"

namespace signalbox {
namespace {

void check_shares(const OptionValues& options, const SourcePlace& place) {
  const auto tasks = options.get<std::int64_t>("tasks");
  const auto least = options.get<std::int64_t>("min_share");
  const auto most = options.get<std::int64_t>("max_share");
  const auto utilisation = options.get<std::int64_t>("utilisation");
  if (least >= most) {
    throw InputError(place, fmt::format("min_share is {} and max_share {}", least, most), "min_share below max_share");
  }
  if (utilisation < least * tasks || utilisation > most * tasks) {
    throw InputError(
        place, fmt::format("a utilisation of {} percent by {} tasks of {} to {}", utilisation, tasks, least, most),
        fmt::format("one from {} to {}", least * tasks, most * tasks));
  }
}

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  check_task_set(options, place);
  check_shares(options, place);
  const auto tasks = options.get<std::int64_t>("tasks");
  const auto least = options.get<std::int64_t>("min_share");
  const std::int64_t range = options.get<std::int64_t>("max_share") - least;
  const std::int64_t above = options.get<std::int64_t>("utilisation") - least * tasks;
  const FixedSum sums(static_cast<std::size_t>(tasks), static_cast<double>(above) / static_cast<double>(range));
  Prng draws = random.split("shares");
  std::vector<CpuShare> shares;
  for (const double part : sums.draw(draws)) {
    const double scaled = part * static_cast<double>(percent_of_cpu(range));
    shares.push_back(percent_of_cpu(least) + static_cast<CpuShare>(scaled));
  }
  return periodic_tasks(shares, options, random);
}

std::vector<PolicyOption> options() {
  std::vector<PolicyOption> all = task_set_options();
  all.push_back(number_option("min_share", 0, 0, 99, "what each needs at least, in percent of a CPU"));
  all.push_back(number_option("max_share", 100, 1, 100, "what each needs at most"));
  return all;
}

}  // namespace

extern const GeneratorRow randfixedsum_generator;
const GeneratorRow randfixedsum_generator{
    .name = "randfixedsum",
    .summary = "as uunifast, with bounds for each task, and for any number of CPUs",
    .source = "Emberson, Stafford and Davis, Techniques for the Synthesis of Multiprocessor Tasksets, 2010",
    .options = options(),
    .make = make,
};

}  // namespace signalbox
