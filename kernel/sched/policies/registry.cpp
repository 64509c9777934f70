#include "kernel/sched/policies/registry.hpp"

#include <algorithm>
#include <array>

#include "kernel/sched/policies/policy_text.hpp"

namespace signalbox {

// Every policy, in alphabetical order.
#define SIGNALBOX_POLICY_LIST(X) \
  X(cfs)                         \
  X(deadline_monotonic)          \
  X(edf)                         \
  X(eevdf)                       \
  X(fcfs)                        \
  X(guaranteed)                  \
  X(hrrn)                        \
  X(least_laxity)                \
  X(lottery)                     \
  X(mlfq)                        \
  X(multilevel_queue)            \
  X(priority)                    \
  X(random)                      \
  X(rate_monotonic)              \
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

std::string PolicyChoice::spelled() const {
  std::string text(row->name);
  char separator = ':';
  for (const PolicyOption& option : row->options) {
    const OptionValue& value = options.all().find(option.name)->second;
    if (value == option.fallback) continue;
    text += separator;
    text += option.name;
    text += '=';
    text += option_text(option, value);
    separator = ',';
  }
  return text;
}

std::variant<PolicyChoice, PolicyTextError> parse_policy(std::string_view text) {
  return PolicyTextReader(text, all_policies()).read();
}

}  // namespace signalbox
