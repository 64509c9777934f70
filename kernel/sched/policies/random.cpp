#include "kernel/sched/policies/lottery_draw.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng& random) {
  const DrawRules rules{.quantum = options.get<Duration>("quantum"), .are_equal = true, .compensates = false};
  return std::make_unique<LotteryDraw>(view, random.split("random"), rules);
}

}  // namespace

extern const PolicyRow random_policy;
const PolicyRow random_policy{
    .name = "random",
    .summary = "any ready one, each as likely: an adversary for programs",
    .source = "lottery scheduling with a ticket each; as a tester of orders, Burckhardt et al., ASPLOS 2010",
    .options = {quantum_option(10_ms)},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
