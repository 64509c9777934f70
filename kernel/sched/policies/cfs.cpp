#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/group_scheduler.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct CfsState {
  QueuePlace place;  // the key is the vruntime, also while it runs or waits
  Duration ran;      // since it was picked
  std::uint32_t weight = 0;
  std::uint32_t inverse = 0;
  bool is_competing = false;
  bool has_yielded = false;  // skipped once (fair.c, yield_task_fair)
};

struct CfsTimes {
  Duration latency;
  Duration min_granularity;
  Duration wakeup_granularity;
};

// The completely fair scheduler before EEVDF, by the rules of Linux 5.5 (kernel/sched/fair.c): the lowest vruntime runs
// for its share, by weight, of a period in which everybody runs once; a sleeper is credited half a latency; who wakes
// preempts if it is behind by more than the wakeup granularity. Without next/last buddies.
//
// With one queue for all CPUs, a period deals out the CPUs' time: n entities on m CPUs count as n / m on one. There
// min_vruntime is that of the entities that can have their share: one with more weight than a CPU's falls behind for
// ever. And nobody is ahead of it by more than a latency of its own, or it would pay for time that nobody else wanted.
class Cfs final : public GlobalQueuePolicy {
 public:
  Cfs(SchedulerView& view, CfsTimes times)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()), times_(times) {}

  void join(Entity& entity, Instant) override { set_weight(entity.emplace_state<CfsState>(), entity.weight); }
  void leave(Entity& entity, Instant) override { stop_competing(entity); }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<CfsState>();
    if (!state.is_competing) {
      join_load(state, entity.weight);
      update_min(now);
      place(state, why);
    } else if (why == EnqueueReason::changed) {
      change_weight(entity);
    } else if (cpu_count() > 1) {
      update_min(now);
    }
    if (cpu_count() > 1) state.place.key = std::min(state.place.key, min_vruntime_ + longest_lead(state));
    state.has_yielded = why == EnqueueReason::yielded;
    ready_.insert_behind_equals(entity, state.place.key);
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override;

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    auto& state = entity.state<CfsState>();
    state.ran += ran;
    state.place.key = vruntime_after(entity, ran);
    if (cpu_count() == 1) advance_min(state.place.key);
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity& entity, Instant) override { stop_competing(entity); }

  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  void attributes_changed(Entity& entity, Instant now) override {
    change_weight(entity);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  // fair.c, migrate_task_rq_fair: a vruntime is worth something in its own queue only.
  void detach(Entity& entity, Instant) override {
    stop_competing(entity);
    entity.state<CfsState>().place.key -= min_vruntime_;
  }
  void attach(Entity& entity, Instant) override { entity.state<CfsState>().place.key += min_vruntime_; }
  const Entity* peek(CpuId cpu, std::size_t k) const override {
    const Entity* const first = ready_.peek(cpu, k);
    return first == nullptr || first->state<CfsState>().has_yielded ? nullptr : first;
  }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override;
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    const bool is_idle = a.attributes.sched_class == SchedClass::idle;
    if (is_idle != (b.attributes.sched_class == SchedClass::idle)) return is_idle;
    return a.state<CfsState>().place.key > b.state<CfsState>().place.key;
  }

  static std::int64_t vruntime_after(const Entity& entity, Duration ran) {
    const auto& state = entity.state<CfsState>();
    return state.place.key + virtual_time(ran, state.weight, state.inverse).nanoseconds();
  }
  static void set_weight(CfsState& state, std::uint32_t weight) {
    state.weight = weight;
    state.inverse = inverse_weight(weight);
  }
  void join_load(CfsState& state, std::uint32_t weight);
  void place(CfsState& state, EnqueueReason why) const;
  void stop_competing(Entity& entity);
  void change_weight(Entity& entity);
  std::int64_t woken_vruntime(const CfsState& state) const;
  void advance_min(std::int64_t running);
  void update_min(Instant now);
  std::int64_t longest_lead(const CfsState& state) const {
    return virtual_time(times_.latency, state.weight, state.inverse).nanoseconds();
  }
  Duration slice(const CfsState& state) const;
  Duration wakeup_span(const CfsState& state) const;

  SharedTree<CfsState> ready_;
  CfsTimes times_;
  std::int64_t min_vruntime_ = 0;  // on one CPU it never decreases
  std::int64_t competing_ = 0;     // queued or running
  std::uint64_t load_ = 0;         // their weight
};

Entity* Cfs::pick_next(CpuId cpu, Instant now) {
  Entity* first = ready_.pop_front(cpu);
  if (first != nullptr && first->state<CfsState>().has_yielded) {
    // fair.c, pick_next_entity: the second, unless that were unfair to the one to be skipped.
    Entity* const second = ready_.front(cpu);
    auto& skipped = first->state<CfsState>();
    const bool is_fair = second != nullptr &&
                         second->state<CfsState>().place.key - skipped.place.key <= wakeup_span(skipped).nanoseconds();
    if (is_fair) {
      ready_.remove(*second);
      ready_.insert_before_equals(*first, skipped.place.key);
      first = second;
    }
    skipped.has_yielded = false;
  }
  if (first != nullptr) first->state<CfsState>().ran = {};
  return note_picked(cpu, first, now);
}

// fair.c, check_preempt_tick.
Verdict Cfs::decide(CpuId cpu, Entity& running, Instant) {
  auto& state = running.state<CfsState>();
  const Duration ideal = slice(state);
  const Entity* const first = ready_.front(cpu);
  if (first == nullptr) {
    if (state.ran >= ideal) state.ran = {};
    return Verdict::keep;
  }
  if (state.ran >= ideal) return Verdict::preempt;
  if (state.ran < times_.min_granularity) return Verdict::keep;
  const std::int64_t ahead = state.place.key - first->state<CfsState>().place.key;
  return ahead > ideal.nanoseconds() ? Verdict::preempt : Verdict::keep;
}

Instant Cfs::next_decision(CpuId cpu, const Entity& running, Instant now) const {
  const auto& state = running.state<CfsState>();
  const Duration ideal = slice(state);
  Duration left = ideal - state.ran;
  if (const Entity* const first = ready_.front(cpu)) {
    const Duration room = ideal - Duration(state.place.key - first->state<CfsState>().place.key);
    const Duration until_ahead = room >= Duration() ? cpu_time(room + 1_ns, state.weight) : Duration();
    left = std::min(left, std::max(until_ahead, times_.min_granularity - state.ran));
  }
  return now + std::max(1_ns, left);
}

// fair.c, check_preempt_wakeup and wakeup_preempt_entity.
bool Cfs::displaces(const Entity& ready, const Entity& running, Instant now) const {
  const bool is_running_idle = running.attributes.sched_class == SchedClass::idle;
  if (is_running_idle && ready.attributes.sched_class != SchedClass::idle) return true;
  if (ready.attributes.sched_class == SchedClass::idle || ready.attributes.sched_class == SchedClass::batch)
    return false;
  const auto& mine = ready.state<CfsState>();
  const std::int64_t vruntime = mine.is_competing ? mine.place.key : woken_vruntime(mine);
  return vruntime_after(running, unaccounted(running, now)) - vruntime > wakeup_span(mine).nanoseconds();
}

void Cfs::join_load(CfsState& state, std::uint32_t weight) {
  set_weight(state, weight);
  ++competing_;
  load_ += state.weight;
  state.is_competing = true;
}

// fair.c, place_entity: who is new starts a slice late (START_DEBIT), a sleeper half a latency early.
void Cfs::place(CfsState& state, EnqueueReason why) const {
  if (why == EnqueueReason::created) {
    state.place.key = min_vruntime_ + virtual_time(slice(state), state.weight, state.inverse).nanoseconds();
  } else {
    state.place.key = woken_vruntime(state);
  }
}

void Cfs::stop_competing(Entity& entity) {
  auto& state = entity.state<CfsState>();
  if (!state.is_competing) return;
  --competing_;
  load_ -= state.weight;
  state.is_competing = false;
}

void Cfs::change_weight(Entity& entity) {
  auto& state = entity.state<CfsState>();
  if (!state.is_competing) return;
  load_ -= state.weight;
  set_weight(state, entity.weight);
  load_ += state.weight;
}

std::int64_t Cfs::woken_vruntime(const CfsState& state) const {
  // GENTLE_FAIR_SLEEPERS: half the latency. Time is never gained by sleeping shortly.
  return std::max(state.place.key, min_vruntime_ - times_.latency.nanoseconds() / 2);
}

void Cfs::advance_min(std::int64_t running) {
  const Entity* const first = ready_.first_of_all();
  const std::int64_t least = first == nullptr ? running : std::min(running, first->state<CfsState>().place.key);
  min_vruntime_ = std::max(min_vruntime_, least);
}

// With what the running ones have not been accounted yet. Their load counts who is about to be placed.
void Cfs::update_min(Instant now) {
  if (cpu_count() == 1) {
    for_each_running(now, [&](const Entity& running, Duration ran) { advance_min(vruntime_after(running, ran)); });
    return;
  }
  const Entity* const first = ready_.first_of_all();
  std::int64_t least = first == nullptr ? std::numeric_limits<std::int64_t>::max() : first->state<CfsState>().place.key;
  for_each_running(now, [&](const Entity& running, Duration ran) {
    const bool has_its_share = std::uint64_t{running.state<CfsState>().weight} * cpu_count() <= load_;
    if (has_its_share) least = std::min(least, vruntime_after(running, ran));
  });
  if (least != std::numeric_limits<std::int64_t>::max()) min_vruntime_ = least;
}

// fair.c, sched_slice and __sched_period. A kernel looks at slices when it ticks; here they end exactly, so that one of
// a light entity among heavy ones would be nanoseconds. The least is the minimum granularity, as in kernels from 5.13.
Duration Cfs::slice(const CfsState& state) const {
  __extension__ using Wide = unsigned __int128;
  const auto cpus = std::int64_t{cpu_count()};
  const std::int64_t on_one = (competing_ + cpus - 1) / cpus;
  const std::int64_t most = (times_.latency + times_.min_granularity - 1_ns) / times_.min_granularity;
  const Duration period = on_one > most ? times_.min_granularity * on_one : times_.latency;
  const auto weight = std::uint64_t{state.weight} * static_cast<std::uint64_t>(cpus);
  if (weight >= load_) return period;
  const Wide share = Wide{static_cast<std::uint64_t>(period.nanoseconds())} * weight / load_;
  return std::max(times_.min_granularity, Duration(static_cast<std::int64_t>(share)));
}

// The wakeup granularity as virtual time of who wakes (fair.c, wakeup_gran).
Duration Cfs::wakeup_span(const CfsState& state) const {
  return virtual_time(times_.wakeup_granularity, state.weight, state.inverse);
}

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  // 1 + ilog2 of the CPUs, of which at most 8 count (fair.c, get_update_sysctl_factor).
  const unsigned counted = std::min(view.topology().cpu_count(), 8U);
  const auto factor = static_cast<std::int64_t>(std::bit_width(counted));
  const CfsTimes times{.latency = options.get<Duration>("latency") * factor,
                       .min_granularity = options.get<Duration>("min_granularity") * factor,
                       .wakeup_granularity = options.get<Duration>("wakeup_granularity") * factor};
  return with_groups(view, [=](SchedulerView& level) { return std::make_unique<Cfs>(level, times); });
}

}  // namespace

extern const PolicyRow cfs_policy;
const PolicyRow cfs_policy{
    .name = "cfs",
    .summary = "completely fair: the lowest weighted run time; Linux before 6.6",
    .source = "Linux 5.5 kernel/sched/fair.c; Molnar 2007",
    .options = {time_option("latency", 6_ms, 100_us, 1_s, "period in which each runs once; times 1 + log2 of the CPUs"),
                time_option("min_granularity", 750_us, 100_us, 1_s, "shortest slice, scaled likewise"),
                time_option("wakeup_granularity", 1_ms, 1_ns, 1_s,
                            "lead that who wakes must make up, scaled likewise")},
    .is_work_conserving = true,
    .respects_weight = true,
    .make = make,
    .heeds_groups = true,
};

}  // namespace signalbox
