#include "kernel/sched/balance/registry.hpp"

#include <algorithm>
#include <array>

namespace signalbox {

// Every balancer, in alphabetical order.
#define SIGNALBOX_BALANCER_LIST(X) \
  X(linux_domains)                 \
  X(none)                          \
  X(periodic)                      \
  X(work_stealing)

#define SIGNALBOX_BALANCER_DECLARATION(name) extern const BalancerRow name##_balancer;
SIGNALBOX_BALANCER_LIST(SIGNALBOX_BALANCER_DECLARATION)
#undef SIGNALBOX_BALANCER_DECLARATION

std::span<const BalancerRow* const> all_balancers() {
#define SIGNALBOX_BALANCER_ADDRESS(name) &name##_balancer,
  static constexpr std::array balancers{SIGNALBOX_BALANCER_LIST(SIGNALBOX_BALANCER_ADDRESS)};
#undef SIGNALBOX_BALANCER_ADDRESS
  return balancers;
}

const BalancerRow* find_balancer(std::string_view name) {
  const auto found = std::ranges::find(all_balancers(), name, &BalancerRow::name);
  return found == all_balancers().end() ? nullptr : *found;
}

}  // namespace signalbox
