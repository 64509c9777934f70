#pragma once

#include "workloads/scenario.hpp"

namespace signalbox {

// To the nearest whole microsecond, which is what files hold, and at least one.
Duration in_microseconds(Duration time);

// Collects jobs that arrive, compute once and end: a job table.
class JobStream {
 public:
  // What is wrong with the stream is told at `place`.
  explicit JobStream(const SourcePlace& place);

  // The next job. Throws InputError where it arrives later than files can say. Requires arrivals in order.
  void add(Instant arrival, Duration service);
  Scenario take() { return std::move(scenario_); }

 private:
  SourcePlace place_;
  Scenario scenario_;
};

}  // namespace signalbox
