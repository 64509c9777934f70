#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_options.hpp"
#include "workloads/synthetic/job_stream.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  Prng arrivals = random.split("arrivals");
  Prng services = random.split("services");
  JobStream stream(place);
  Instant now;
  for (std::int64_t job = 0; job < options.get<std::int64_t>("jobs"); ++job) {
    now += time_between(arrivals, options.get<std::int64_t>("rate"));
    stream.add(now, exponential_time(services, options.get<Duration>("service")));
  }
  return stream.take();
}

}  // namespace

extern const GeneratorRow poisson_generator;
const GeneratorRow poisson_generator{
    .name = "poisson",
    .summary = "jobs that come at random and compute for random times: M/M/1 on one CPU",
    .source = "Kleinrock, Queueing Systems, volume 1, 1975, chapter 3",
    .options = {jobs_option(), rate_option(100), service_option(7_ms)},
    .make = make,
};

}  // namespace signalbox
