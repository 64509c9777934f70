#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/task_set.hpp"

namespace signalbox {
namespace {

constexpr int most_attempts = 1000;

// Uniform over all shares of this sum: with k tasks left, the rest of the sum is as the largest of k uniform numbers.
std::vector<CpuShare> draw_shares(Prng& random, std::size_t tasks, CpuShare sum) {
  std::vector<CpuShare> shares;
  for (std::size_t left = tasks - 1; left > 0; --left) {
    const CpuShare rest = scaled(sum, largest_of(random, left));
    shares.push_back(sum - rest);
    sum = rest;
  }
  shares.push_back(sum);
  return shares;
}

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  check_task_set(options, place);
  Prng draws = random.split("shares");
  const auto tasks = static_cast<std::size_t>(options.get<std::int64_t>("tasks"));
  const CpuShare sum = percent_of_cpu(options.get<std::int64_t>("utilisation"));
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const std::vector<CpuShare> shares = draw_shares(draws, tasks, sum);
    if (std::ranges::max(shares) <= percent_of_cpu(100)) return periodic_tasks(shares, options, random);
  }
  throw InputError(place, "of 1000 sets each had a task that needs more than a CPU",
                   "less utilisation, more tasks, or randfixedsum, which draws none away");
}

}  // namespace

extern const GeneratorRow uunifast_generator;
const GeneratorRow uunifast_generator{
    .name = "uunifast",
    .summary = "periodic tasks of a given utilisation, uniform over all that there are",
    .source = "Bini and Buttazzo, Measuring the Performance of Schedulability Tests, 2005; Davis and Burns 2009",
    .options = task_set_options(),
    .make = make,
};

}  // namespace signalbox
