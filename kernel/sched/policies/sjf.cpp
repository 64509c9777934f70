#include "kernel/sched/policies/shortest_first.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<ShortestFirst>(view, ShortestFirst::OnShorter::waits, BurstPrediction(options));
}

}  // namespace

extern const PolicyRow sjf_policy;
const PolicyRow sjf_policy{
    .name = "sjf",
    .summary = "shortest job first: the shortest predicted burst, to its end",
    .source = "Silberschatz, Operating System Concepts; Tanenbaum, Modern Operating Systems",
    .options = burst_options(),
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
