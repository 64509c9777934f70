#include "kernel/sched/policies/registry.hpp"

#include <algorithm>
#include <array>

#include "kernel/sched/policies/policy_text.hpp"

namespace signalbox {

// Every policy, in alphabetical order.
#define SIGNALBOX_POLICY_LIST(X) \
  X(cfs)                         \
  X(edf)                         \
  X(eevdf)                       \
  X(fcfs)                        \
  X(lottery)                     \
  X(mlfq)                        \
  X(priority)                    \
  X(random)                      \
  X(round_robin)                 \
  X(sjf)                         \
  X(srtf)                        \
  X(stride)

#define SIGNALBOX_POLICY_DECLARATION(name) extern const PolicyRow name##_policy;
SIGNALBOX_POLICY_LIST(SIGNALBOX_POLICY_DECLARATION)
#undef SIGNALBOX_POLICY_DECLARATION

std::span<const PolicyRow* const> all_policies() {
#define SIGNALBOX_POLICY_ADDRESS(name) &name##_policy,
  static constexpr std::array policies{SIGNALBOX_POLICY_LIST(SIGNALBOX_POLICY_ADDRESS)};
#undef SIGNALBOX_POLICY_ADDRESS
  return policies;
}

const PolicyRow* find_policy(std::string_view name) {
  const auto found = std::ranges::find(all_policies(), name, &PolicyRow::name);
  return found == all_policies().end() ? nullptr : *found;
}

std::string PolicyChoice::spelled() const { return spelled_options(row->name, row->options, options); }

std::variant<PolicyChoice, PolicyTextError> parse_policy(std::string_view text) {
  return PolicyTextReader(text, all_policies()).read();
}

}  // namespace signalbox
