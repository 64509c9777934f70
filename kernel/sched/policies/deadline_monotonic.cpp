#include "kernel/sched/policies/monotonic.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues&, SchedulerView& view, const Prng&) {
  return std::make_unique<Monotonic>(view, Monotonic::By::deadline);
}

}  // namespace

extern const PolicyRow deadline_monotonic_policy;
const PolicyRow deadline_monotonic_policy{
    .name = "deadline_monotonic",
    .summary = "the shortest relative deadline first; who has none runs in the background",
    .source = "Leung and Whitehead, Performance Evaluation 1982",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_deadlines = true,
};

}  // namespace signalbox
