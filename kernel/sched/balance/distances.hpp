#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/sched/run_queues.hpp"

namespace signalbox {

// How far queues lie from each other: what the first CPUs of two queues share.
class Distances {
 public:
  struct Neighbour {
    std::uint8_t distance;  // 0: a core; 1: a last-level cache; 2: a NUMA node; 3: the machine
    RunQueues::Index queue;

    auto operator<=>(const Neighbour&) const = default;
  };

  explicit Distances(const RunQueues& queues) : queues_(queues), of_(queues.count()) {}

  // All other queues, the nearest first. Computed when first asked for.
  std::span<const Neighbour> of(RunQueues::Index queue);

 private:
  const RunQueues& queues_;
  std::vector<std::vector<Neighbour>> of_;
};

}  // namespace signalbox
