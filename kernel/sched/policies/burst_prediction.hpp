#pragma once

#include <vector>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// What is known of an entity's CPU bursts: part of the state of policies that go by their lengths.
struct Burst {
  Duration done;     // of the burst it is in, as a CPU of full capacity would have taken
  Duration average;  // of its past bursts
};

// How long a burst will be: what the program declared, or the exponential average of past bursts,
// (last burst + prediction) / 2 (Silberschatz, Operating System Concepts, Shortest-Job-First Scheduling, alpha = 1/2).
// The average also serves under `oracle`, for who declares nothing.
class BurstPrediction {
 public:
  // Of burst_options().
  explicit BurstPrediction(const OptionValues& options);

  Burst first() const { return {.done = {}, .average = first_guess_}; }
  // The entity waits: its burst has ended.
  static void end(Burst& burst);
  // What is left of the burst, as far as `burst` was told what was done; never negative.
  Duration remaining(const Entity& entity, const Burst& burst) const;

 private:
  bool is_oracle_;
  Duration first_guess_;
};

std::vector<PolicyOption> burst_options();

}  // namespace signalbox
