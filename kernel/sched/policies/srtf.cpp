#include "kernel/sched/policies/shortest_first.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<ShortestFirst>(view, ShortestFirst::OnShorter::takes_over, BurstPrediction(options));
}

}  // namespace

extern const PolicyRow srtf_policy;
const PolicyRow srtf_policy{
    .name = "srtf",
    .summary = "shortest remaining time first: sjf that preempts",
    .source = "Silberschatz, Operating System Concepts; Stallings, Operating Systems (SRT)",
    .options = burst_options(),
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
