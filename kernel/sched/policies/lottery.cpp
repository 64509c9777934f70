#include "kernel/sched/policies/lottery_draw.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng& random) {
  const DrawRules rules{.quantum = options.get<Duration>("quantum"),
                        .are_equal = false,
                        .compensates = options.get<bool>("compensation")};
  return std::make_unique<LotteryDraw>(view, random.split("lottery"), rules);
}

}  // namespace

extern const PolicyRow lottery_policy;
const PolicyRow lottery_policy{
    .name = "lottery",
    .summary = "each quantum is drawn; tickets are the weight",
    .source = "Waldspurger and Weihl, Lottery Scheduling, OSDI 1994",
    .options = {quantum_option(10_ms),
                flag_option("compensation", true, "who used a fraction f of its quantum holds 1/f times the tickets")},
    .is_work_conserving = true,
    .respects_weight = true,
    .make = make,
};

}  // namespace signalbox
