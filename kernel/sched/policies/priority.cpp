#include <algorithm>
#include <limits>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct PriorityState {
  QueuePlace place;
  std::int64_t level = 0;  // while it runs: the level it was picked at
  Duration ran;            // since it was picked anew
};

struct PriorityRules {
  bool is_preemptive;
  Duration aging;    // 0: none
  Duration quantum;  // 0: equals run first come, first served
};

// The lowest level first: real-time threads by their priority, then the others by nice; SCHED_IDLE last (Silberschatz,
// Operating System Concepts, Priority Scheduling; sched(7)). A preempted one goes to the head of its level.
//
// Aging: who waits gains a level an interval, and keeps what it gained while it runs, for an interval at least.
// Real-time priorities do not age and are not reached by those who do. All who wait age alike, so that the key level x
// interval + enqueue time orders them once and for all.
class Priority final : public GlobalQueuePolicy {
 public:
  Priority(SchedulerView& view, PriorityRules rules)
      : GlobalQueuePolicy(view, rules.is_preemptive ? OnReady::may_preempt : OnReady::waits),
        ready_(view.affinities(), cpu_range()),
        rules_(rules) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<PriorityState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<PriorityState>();
    const bool keeps_turn = why == EnqueueReason::preempted && !is_slice_over(state);
    const bool keeps_level = keeps_turn && is_aging() && state.ran < rules_.aging;
    const std::int64_t key = key_of(keeps_level ? state.level : base_level(entity), now);
    if (keeps_turn) {
      ready_.insert_before_equals(entity, key);
    } else {
      state.ran = {};
      ready_.insert_behind_equals(entity, key);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    Entity* const first = ready_.pop_front(cpu);
    if (first != nullptr) {
      auto& state = first->state<PriorityState>();
      state.level = level_of(state.place.key, now);
    }
    return note_picked(cpu, first, now);
  }

  void account(CpuId, Entity& entity, Duration ran, Instant) override { entity.state<PriorityState>().ran += ran; }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    auto& state = running.state<PriorityState>();
    const Entity* const first = ready_.front(cpu);
    if (first != nullptr && rules_.is_preemptive && displaces(*first, running, now)) return Verdict::preempt;
    if (!is_slice_over(state)) return Verdict::keep;
    if (first != nullptr && ready_level(*first, now) <= state.level) return Verdict::preempt;
    state.ran = {};
    return Verdict::keep;
  }

  Duration slice_of(const Entity&) const override { return rules_.quantum; }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override {
    const auto& state = running.state<PriorityState>();
    Instant next = Instant::max();
    if (rules_.quantum > Duration()) next = now + (rules_.quantum - state.ran);
    if (is_aging() && rules_.is_preemptive) next = std::min(next, next_aged(cpu, state, now));
    return next;
  }

  void attributes_changed(Entity& entity, Instant now) override {
    entity.state<PriorityState>().level = base_level(entity);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  // Far below what aging reaches in 292 years of virtual time.
  static constexpr std::int64_t realtime_level = std::numeric_limits<std::int64_t>::min() / 4;
  static constexpr std::int64_t lowest_realtime_level = realtime_level + 100;

  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    return ready_level(ready, now) < running.state<PriorityState>().level;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return a.state<PriorityState>().level > b.state<PriorityState>().level;
  }

  bool is_aging() const { return rules_.aging > Duration(); }
  bool is_slice_over(const PriorityState& state) const {
    return rules_.quantum > Duration() && state.ran >= rules_.quantum;
  }

  static std::int64_t base_level(const Entity& entity) {
    const SchedAttributes& attributes = entity.attributes;
    switch (attributes.sched_class) {
      case SchedClass::fifo:
      case SchedClass::round_robin:
        return lowest_realtime_level - attributes.realtime_priority;
      case SchedClass::idle:
        return max_nice + 1;
      case SchedClass::other:
      case SchedClass::batch:
      case SchedClass::deadline:
        return attributes.nice;
    }
    return attributes.nice;
  }

  std::int64_t key_of(std::int64_t level, Instant now) const {
    if (!is_aging() || level <= lowest_realtime_level) return level;
    return level * rules_.aging.nanoseconds() + now.nanoseconds();
  }
  // The level less one for each whole interval waited: key_of backwards, rounded up.
  std::int64_t level_of(std::int64_t key, Instant now) const {
    if (!is_aging() || key <= lowest_realtime_level) return key;
    const std::int64_t interval = rules_.aging.nanoseconds();
    const std::int64_t span = key - now.nanoseconds();
    return span > 0 ? (span + interval - 1) / interval : span / interval;
  }
  std::int64_t ready_level(const Entity& ready, Instant now) const {
    const bool is_queued = SharedTree<PriorityState>::holds(ready);
    return is_queued ? level_of(ready.state<PriorityState>().place.key, now) : base_level(ready);
  }

  // When the first waiting one will have aged below the running one. Who comes later is looked at within an interval.
  Instant next_aged(CpuId cpu, const PriorityState& running, Instant now) const {
    const Instant within = now + rules_.aging;
    const Entity* const first = ready_.front(cpu);
    if (first == nullptr || running.level <= lowest_realtime_level) return within;
    const std::int64_t key = first->state<PriorityState>().place.key;
    const Instant due(key - (running.level - 1) * rules_.aging.nanoseconds());
    return std::clamp(due, now + 1_ns, within);
  }

  SharedTree<PriorityState> ready_;
  PriorityRules rules_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Priority>(view, PriorityRules{.is_preemptive = options.get<bool>("preemptive"),
                                                        .aging = options.get<Duration>("aging"),
                                                        .quantum = options.get<Duration>("quantum")});
}

}  // namespace

extern const PolicyRow priority_policy;
const PolicyRow priority_policy{
    .name = "priority",
    .summary = "real-time priority, then nice; with aging if asked for",
    .source = "Silberschatz, Operating System Concepts, Priority Scheduling",
    .options = {flag_option("preemptive", true, "whether a better one that becomes ready takes the CPU at once"),
                time_or_off_option("aging", Duration(), 1_us, 1000_s, "waiting this long gains a level"),
                time_or_off_option("quantum", Duration(), 1_us, 10_s, "equals take turns of this length")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_realtime = true,
};

}  // namespace signalbox
