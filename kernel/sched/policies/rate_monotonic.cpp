#include "kernel/sched/policies/monotonic.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues&, SchedulerView& view, const Prng&) {
  return std::make_unique<Monotonic>(view, Monotonic::By::period);
}

}  // namespace

extern const PolicyRow rate_monotonic_policy;
const PolicyRow rate_monotonic_policy{
    .name = "rate_monotonic",
    .summary = "the shortest period first; who has no period runs in the background",
    .source = "Liu and Layland, JACM 1973",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_deadlines = true,
};

}  // namespace signalbox
