#include "workloads/synthetic/job_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signalbox {
namespace {

constexpr Instant latest_arrival = Instant() + 1'000'000_s;  // what the formats read

}  // namespace

Duration in_microseconds(Duration time) { return std::max(1_us, (time + 500_ns) / 1_us * 1_us); }

JobStream::JobStream(const SourcePlace& place) : place_(place) { scenario_.format = "job-table"; }

void JobStream::add(Instant arrival, Duration service) {
  const std::size_t number = scenario_.tasks.size() + 1;
  if (arrival > latest_arrival) {
    throw InputError(place_, fmt::format("job {} arrives after more than 11 days", number),
                     "fewer jobs, or more of them a second");
  }
  Task& job = scenario_.tasks.emplace_back();
  job.name = fmt::format("job{}", number);
  job.loop = 1;
  job.delay = arrival.since_start() / 1_us * 1_us;
  Phase& burst = job.phases.emplace_back();
  burst.name = "burst";
  burst.events.push_back({RunEvent{in_microseconds(service)}, {}});
}

}  // namespace signalbox
