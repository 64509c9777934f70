#include "kernel/sched/policies/burst_prediction.hpp"

#include <algorithm>

#include "kernel/sched/policies/options.hpp"

namespace signalbox {

BurstPrediction::BurstPrediction(const OptionValues& options)
    : is_oracle_(options.get<std::string>("predict") == "oracle"), first_guess_(options.get<Duration>("first_guess")) {}

void BurstPrediction::end(Burst& burst) {
  burst.average = (burst.done + burst.average) / 2;
  burst.done = {};
}

Duration BurstPrediction::remaining(const Entity& entity, const Burst& burst) const {
  const bool is_declared = is_oracle_ && entity.expected_burst > Duration();
  const Duration whole = is_declared ? entity.expected_burst : burst.average;
  return std::max(Duration(), whole - burst.done);
}

std::vector<PolicyOption> burst_options() {
  return {word_option("predict", {"oracle", "ewma"}, "burst lengths: as declared, or the average of past ones"),
          time_option("first_guess", 10_ms, 1_us, 10_s, "the burst predicted of who never ran")};
}

}  // namespace signalbox
