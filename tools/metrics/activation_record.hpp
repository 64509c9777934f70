#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox {

// The activations (turns of a phase, rt-app's log lines) of one thread.
struct ActivationRecord {
  std::uint32_t begun = 0;
  std::uint32_t deadlines = 0;  // ended and had one
  std::uint32_t missed = 0;     // of these, with negative slack
  std::uint64_t overdue = 0;    // deadlines that passed with no activation ended by the end of the run
  Duration latency_sum;         // wake-up latency, over begun
  Duration latency_max;
  Duration slack_sum;  // over deadlines
  Duration slack_min = Duration::max();

  void begin(Duration latency) {
    ++begun;
    latency_sum += latency;
    latency_max = std::max(latency_max, latency);
  }
  void meet_deadline(Duration slack) {
    ++deadlines;
    if (slack < Duration()) ++missed;
    slack_sum += slack;
    slack_min = std::min(slack_min, slack);
  }
};

}  // namespace signalbox
