#include <fmt/format.h>

#include "kernel/base/time_text.hpp"
#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_options.hpp"
#include "workloads/synthetic/job_stream.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  const auto shortest = options.get<Duration>("shortest");
  const auto longest = options.get<Duration>("longest");
  if (longest < shortest * 2) {
    throw InputError(place, fmt::format("shortest is {} and longest {}", time_text(shortest), time_text(longest)),
                     "longest at least twice shortest");
  }
  Prng arrivals = random.split("arrivals");
  Prng services = random.split("services");
  JobStream stream(place);
  Instant now;
  for (std::int64_t job = 0; job < options.get<std::int64_t>("jobs"); ++job) {
    now += time_between(arrivals, options.get<std::int64_t>("rate"));
    stream.add(now, bounded_pareto_time(services, options.get<std::int64_t>("shape"), shortest, longest));
  }
  return stream.take();
}

}  // namespace

extern const GeneratorRow heavy_tailed_generator;
const GeneratorRow heavy_tailed_generator{
    .name = "heavy_tailed",
    .summary = "jobs that come at random, most of them short, and a few that hold most of the work",
    .source = "Harchol-Balter, Performance Modeling and Design of Computer Systems, 2013, chapter 20",
    .options = {jobs_option(), rate_option(250),
                number_option("shape", 150, 50, 1000, "100 times Pareto's alpha; the less, the heavier the tail"),
                time_option("shortest", 1_ms, 1_us, 100_s, "the shortest job"),
                time_option("longest", 10_s, 2_us, 1000_s, "the longest job; at least twice the shortest")},
    .make = make,
};

}  // namespace signalbox
