#pragma once

#include "kernel/sched/policies/options.hpp"
#include "workloads/synthetic/draws.hpp"

namespace signalbox {

// The options that streams of jobs share.

inline PolicyOption jobs_option() { return number_option("jobs", 500, 1, 1'000'000, "how many jobs come"); }
inline PolicyOption rate_option(std::int64_t fallback) {
  return number_option("rate", fallback, 1, 1'000'000, "jobs that come in a second, on average");
}
inline PolicyOption service_option(Duration fallback) {
  return time_option("service", fallback, 1_us, 100_s, "how long a job computes, on average");
}

// Between one arrival of a Poisson process and the next.
inline Duration time_between(Prng& random, std::int64_t rate) { return exponential_time(random, 1_s) / rate; }

}  // namespace signalbox
