#include "kernel/sched/policies/registry.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/sched/balance/registry.hpp"
#include "kernel/sched/clustered_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/policy_text.hpp"

namespace signalbox {

// Every policy, in alphabetical order.
#define SIGNALBOX_POLICY_LIST(X) \
  X(bsd44)                       \
  X(cfs)                         \
  X(deadline)                    \
  X(deadline_monotonic)          \
  X(edf)                         \
  X(eevdf)                       \
  X(fcfs)                        \
  X(guaranteed)                  \
  X(hrrn)                        \
  X(least_laxity)                \
  X(linux)                       \
  X(linux_o1)                    \
  X(lottery)                     \
  X(manual)                      \
  X(mlfq)                        \
  X(multilevel_queue)            \
  X(pct)                         \
  X(priority)                    \
  X(random)                      \
  X(rate_monotonic)              \
  X(round_robin)                 \
  X(rt)                          \
  X(sjf)                         \
  X(srtf)                        \
  X(stride)                      \
  X(ule)

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

std::span<const PolicyOption> shared_options() {
  static const std::vector<PolicyOption> options = [] {
    std::vector<std::string_view> balancers;
    for (const BalancerRow* const row : all_balancers()) balancers.push_back(row->name);
    PolicyOption scope =
        word_option("queue_per", {"machine", "node", "llc", "core", "cpu"}, "which CPUs share a run queue");
    PolicyOption balance = word_option("balance", balancers, "who moves threads between run queues");
    return std::vector{std::move(scope), std::move(balance)};
  }();
  return options;
}

namespace {

QueueScope queue_scope(std::string_view word) {
  if (word == "node") return QueueScope::node;
  if (word == "llc") return QueueScope::llc;
  if (word == "core") return QueueScope::core;
  return word == "cpu" ? QueueScope::cpu : QueueScope::machine;
}

// The word of a shared option: the user's, or the policy's own default.
std::string_view word_of(const OptionValues& options, std::string_view name, std::string_view fallback) {
  const auto given = options.all().find(name);
  return given == options.all().end() ? fallback : std::string_view(std::get<std::string>(given->second));
}

}  // namespace

std::unique_ptr<Policy> PolicyChoice::make(SchedulerView& view, const Prng& random) const {
  const QueueScope scope = queue_scope(word_of(options, "queue_per", row->queues));
  if (scope == QueueScope::machine) return row->make(options, view, random);
  // Each queue draws from a stream of its own, so that what one draws changes nothing elsewhere.
  const auto make_one = [this, random](SchedulerView& part, RunQueues::Index queue) {
    return row->make(options, part, random.split(std::to_string(queue)));
  };
  const BalancerRow* const balancer = find_balancer(word_of(options, "balance", row->balance));
  return std::make_unique<ClusteredPolicy>(view, scope, make_one, *balancer);
}

bool PolicyChoice::has_one_queue() const { return word_of(options, "queue_per", row->queues) == "machine"; }

bool PolicyChoice::is_work_conserving() const {
  return row->is_work_conserving && (has_one_queue() || word_of(options, "balance", row->balance) == "work_stealing");
}

bool PolicyChoice::respects_weight() const { return row->respects_weight && has_one_queue(); }

bool PolicyChoice::heeds_groups(unsigned cpus) const {
  return row->heeds_groups && (cpus == 1 || word_of(options, "queue_per", row->queues) == "cpu");
}

std::string PolicyChoice::spelled() const {
  std::string text = spelled_options(row->name, row->options, options);
  for (const PolicyOption& option : shared_options()) {
    const auto given = options.all().find(option.name);
    if (given == options.all().end()) continue;
    text += text.find(':') == std::string::npos ? ':' : ',';
    text += std::string(option.name) + '=' + option_text(option, given->second);
  }
  return text;
}

std::variant<PolicyChoice, PolicyTextError> parse_policy(std::string_view text) {
  return PolicyTextReader(text, all_policies()).read();
}

}  // namespace signalbox
