#include "workloads/synthetic/draws.hpp"
#include "workloads/synthetic/job_options.hpp"
#include "workloads/synthetic/job_stream.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

// A Poisson process that is switched on and off at exponential times. It begins switched on.
class InterruptedArrivals {
 public:
  InterruptedArrivals(const OptionValues& options, const Prng& random)
      : rate_(options.get<std::int64_t>("rate")),
        on_(options.get<Duration>("on")),
        off_(options.get<Duration>("off")),
        gaps_(random.split("arrivals")),
        periods_(random.split("periods")),
        left_(exponential_time(periods_, on_)) {}

  Instant next() {
    Duration gap = time_between(gaps_, rate_);
    while (gap > left_) {
      gap -= left_;
      now_ += left_ + exponential_time(periods_, off_);
      left_ = exponential_time(periods_, on_);
    }
    left_ -= gap;
    return now_ += gap;
  }

 private:
  std::int64_t rate_;
  Duration on_;
  Duration off_;
  Prng gaps_;
  Prng periods_;
  Instant now_;
  Duration left_;  // of the time it is switched on
};

Scenario make(const OptionValues& options, const Prng& random, const SourcePlace& place) {
  InterruptedArrivals arrivals(options, random);
  Prng services = random.split("services");
  JobStream stream(place);
  for (std::int64_t job = 0; job < options.get<std::int64_t>("jobs"); ++job) {
    stream.add(arrivals.next(), exponential_time(services, options.get<Duration>("service")));
  }
  return stream.take();
}

}  // namespace

extern const GeneratorRow bursty_generator;
const GeneratorRow bursty_generator{
    .name = "bursty",
    .summary = "jobs that come in bursts: a Poisson process switched on and off at random",
    .source = "Kuczura, The Interrupted Poisson Process as an Overflow Process, 1973",
    .options = {jobs_option(), number_option("rate", 400, 1, 1'000'000, "jobs that come in a second of a burst"),
                service_option(5_ms), time_option("on", 100_ms, 10_ms, 100_s, "how long a burst lasts, on average"),
                time_option("off", 300_ms, 1_ms, 100_s, "how long none comes, on average")},
    .make = make,
};

}  // namespace signalbox
