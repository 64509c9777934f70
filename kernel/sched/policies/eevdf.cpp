#include "kernel/sched/policies/eevdf.hpp"

#include <algorithm>
#include <bit>

#include "kernel/sched/group_scheduler.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

EevdfState& state_of(Entity& entity) { return entity.state<EevdfState>(); }
const EevdfState& state_of(const Entity& entity) { return entity.state<EevdfState>(); }

bool is_idle_class(const Entity& entity) { return entity.attributes.sched_class == SchedClass::idle; }
bool may_preempt(const Entity& entity) {
  return entity.attributes.sched_class != SchedClass::idle && entity.attributes.sched_class != SchedClass::batch;
}

}  // namespace

Eevdf::Eevdf(SchedulerView& view, Duration base_slice, Duration tick, DelayDequeue delay_dequeue)
    : GlobalQueuePolicy(view, OnReady::may_preempt),
      ready_(view.affinities(), cpu_range()),
      base_slice_(base_slice),
      tick_(tick),
      delays_dequeue_(delay_dequeue == DelayDequeue::on) {}

void Eevdf::join(Entity& entity, Instant) {
  auto& state = entity.emplace_state<EevdfState>();
  state.weight = entity.weight;
  state.inverse = inverse_weight(entity.weight);
  state.lag = entity.fair_lag;
  state.node.deadline = entity.fair_deadline;
  state.is_deadline_relative = entity.fair_deadline != 0;
  heaviest_ = std::max(heaviest_, state.weight);
}

// Its lag is there again when it comes back from another class (core.c, rt_mutex_setprio, keeps sched_entity::vlag).
void Eevdf::leave(Entity& entity, Instant now) {
  detach(entity, now);
  const EevdfState& state = state_of(entity);
  entity.fair_lag = state.lag;
  entity.fair_deadline = state.is_deadline_relative ? state.node.deadline : 0;
}

void Eevdf::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) {
    wake_delayed(entity, now);
  } else if (!state.is_competing) {
    place(entity, why == EnqueueReason::created, now);
  } else {
    running_.remove(state.node.vruntime, state.weight);
    if (why == EnqueueReason::yielded) state.node.deadline += virtual_slice(entity);  // fair.c, yield_task_fair
  }
  insert(entity);
  note_queued(cpu, entity, why, now);
}

void Eevdf::dequeue(Entity& entity, Instant now) {
  save_lag(entity, now);
  take_out(entity, now);
  EevdfState& state = state_of(entity);
  make_deadline_relative(state);
  state.is_competing = false;
  note_dequeued();
}

// Its lag goes along.
void Eevdf::detach(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) return end_delay(entity, average(now));
  if (!state.is_competing) return;
  save_lag(entity, now);
  stop_competing(entity, now);
  make_deadline_relative(state);
}

Entity* Eevdf::pick_next(CpuId cpu, Instant now) {
  Entity* const next = best(cpu);
  if (!delayed_.empty()) end_delays_before(next, nullptr, now);
  if (next != nullptr) {
    take_out(*next, now);
    EevdfState& state = state_of(*next);
    running_.add(state.node.vruntime, state.weight);
    state.is_protected = true;
    state.has_run = false;
    state.is_slice_over = false;
  }
  return note_picked(cpu, next, now);
}

void Eevdf::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  note_accounted(cpu, now);
  EevdfState& state = state_of(entity);
  EligibilityNode& node = state.node;
  running_.remove(node.vruntime, state.weight);
  node.vruntime += virtual_time(ran, state.weight, state.inverse).nanoseconds();
  state.has_run |= ran > Duration();
  running_.add(node.vruntime, state.weight);
  if (node.vruntime < node.deadline) return;
  node.deadline = node.vruntime + virtual_slice(entity);
  state.is_slice_over = true;
  state.is_protected = false;
}

void Eevdf::blocked(CpuId cpu, Entity& entity, Instant now) {
  if (delays_dequeue_ && !competitors().reaches(state_of(entity).node.vruntime)) return delay(entity);
  throttled(cpu, entity, now);
}

// fair.c, throttle_cfs_rq: DEQUEUE_SPECIAL, and what was delayed is dequeued.
void Eevdf::throttled(CpuId, Entity& entity, Instant now) {
  if (state_of(entity).is_delayed) return end_delay(entity, average(now));
  save_lag(entity, now);
  stop_competing(entity, now);
}

Verdict Eevdf::decide(CpuId cpu, Entity& running, Instant now) {
  EevdfState& state = state_of(running);
  // Asked early, by a tick: it goes on while its slice protects it, or while it is eligible (fair.c, update_curr).
  const bool is_asked = state.is_slice_over || (!state.is_protected && !competitors().reaches(state.node.vruntime));
  if (is_asked && !delayed_.empty()) end_delays_before(best(cpu), &running, now);
  if (is_asked && !stays(cpu, running)) return Verdict::preempt;
  state.is_slice_over = false;
  return Verdict::keep;
}

Instant Eevdf::next_decision(CpuId, const Entity& running, Instant now) const {
  const EevdfState& state = state_of(running);
  const Duration left = cpu_time(Duration(state.node.deadline - state.node.vruntime), state.weight);
  // Without protection the kernel looks at each tick whether it is still eligible.
  return now + std::max(1_ns, state.is_protected ? left : std::min(left, tick_));
}

void Eevdf::attributes_changed(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) return end_delay(entity, average(now));
  if (state.is_competing && state.weight != entity.weight) {
    save_lag(entity, now);
    stop_competing(entity, now);
    make_deadline_relative(state);
    place(entity, false, now);
    running_.add(state.node.vruntime, state.weight);
  }
  GlobalQueuePolicy::attributes_changed(entity, now);
}

// fair.c, check_preempt_wakeup_fair: pick_eevdf would choose the ready one.
bool Eevdf::displaces(const Entity& ready, const Entity& running, Instant now) const {
  if (is_idle_class(running) && !is_idle_class(ready)) return true;
  if (is_idle_class(running) != is_idle_class(ready) || !may_preempt(ready)) return false;

  const EevdfState& theirs = state_of(running);
  const EevdfState& mine = state_of(ready);
  const VruntimeSum all = competitors();
  const bool is_running_eligible = all.reaches(theirs.node.vruntime);
  const std::int64_t vruntime = mine.is_queued ? mine.node.vruntime : average(now) - inflated_lag(ready);
  const std::int64_t deadline = mine.is_queued ? mine.node.deadline : vruntime + virtual_slice(ready);
  const bool is_eligible = mine.is_queued ? all.reaches(vruntime) : mine.lag >= 0;
  if (!is_eligible) return false;
  const bool is_better = deadline <= theirs.node.deadline || !is_running_eligible;
  const bool is_shorter = slice_of(ready) < slice_of(running);
  // RUN_TO_PARITY: until its slice is over, or until it is not eligible any more (pick_eevdf). Who was picked at this
  // instant stays too, with several CPUs: two that are eligible only while the other runs would take turns for ever.
  const bool has_run = cpu_count() == 1 || theirs.has_run || unaccounted(running, now) > Duration();
  const bool is_kept = theirs.is_protected && (is_running_eligible || !has_run);
  return is_better && (!is_kept || is_shorter);
}

bool Eevdf::yields_before(const Entity& a, const Entity& b, Instant) const {
  const EevdfState& one = state_of(a);
  const EevdfState& other = state_of(b);
  if (is_idle_class(a) != is_idle_class(b)) return is_idle_class(a);
  if (one.is_protected != other.is_protected) return other.is_protected;
  return one.node.deadline > other.node.deadline;
}

Entity* Eevdf::best(CpuId cpu) const {
  const VruntimeSum all = competitors();
  Entity* best = nullptr;
  Entity* nearest = nullptr;
  for (const EligibilityTree* const queue : ready_.of_cpu(cpu)) {
    if (queue->empty()) continue;
    Entity* first = queue->first_eligible([&](std::int64_t vruntime) { return all.reaches(vruntime); });
    if (first != nullptr) {
      if (best == nullptr || state_of(*first).node.deadline < state_of(*best).node.deadline) best = first;
      continue;
    }
    const std::int64_t least = queue->least_vruntime();
    first = queue->first_eligible([&](std::int64_t vruntime) { return vruntime <= least; });
    if (nearest == nullptr || least < state_of(*nearest).node.vruntime) nearest = first;
  }
  return best != nullptr ? best : nearest;
}

bool Eevdf::stays(CpuId cpu, const Entity& running) const {
  const Entity* const other = best(cpu);
  if (other == nullptr) return true;
  const EligibilityNode& mine = state_of(running).node;
  const EligibilityNode& theirs = state_of(*other).node;
  const VruntimeSum all = competitors();
  // With affinity neither may be eligible; then the lower vruntime is nearer.
  if (!all.reaches(theirs.vruntime)) return all.reaches(mine.vruntime) || mine.vruntime < theirs.vruntime;
  return all.reaches(mine.vruntime) && mine.deadline < theirs.deadline;
}

VruntimeSum Eevdf::competitors() const {
  const VruntimeSum all = queued_ + running_;
  const bool all_can_have_their_share = std::int64_t{heaviest_} * cpu_count() <= all.load();
  if (queued_.load() == 0 || cpu_count() == 1 || all_can_have_their_share) return all;
  VruntimeSum some = all;
  for_each_running(Instant(), [&](const Entity& running, Duration) {
    const EevdfState& state = state_of(running);
    if (is_running(state) && !can_have_its_share(state)) some.remove(state.node.vruntime, state.weight);
  });
  return some;
}

bool Eevdf::can_have_its_share(const EevdfState& state) const {
  return cpu_count() == 1 || queued_.load() == 0 ||
         std::int64_t{state.weight} * cpu_count() <= queued_.load() + running_.load();
}

std::int64_t Eevdf::average(Instant now) const {
  VruntimeSum all = competitors();
  if (all.load() == 0) return last_average_;
  for_each_running(now, [&](const Entity& running, Duration ran) {
    const EevdfState& state = state_of(running);
    if (!is_running(state) || !can_have_its_share(state)) return;
    all.advance(virtual_time(ran, state.weight, state.inverse), state.weight);
  });
  return all.average();
}

Duration Eevdf::slice_of(const Entity& entity) const {
  const Duration asked = entity.attributes.runtime;
  const bool is_asked = asked > Duration() && entity.attributes.sched_class != SchedClass::deadline;
  return is_asked ? std::clamp(asked, 100_us, 100_ms) : base_slice_;  // kernel/sched/syscalls.c, __setparam_fair
}

std::int64_t Eevdf::virtual_slice(const Entity& entity) const {
  const EevdfState& state = state_of(entity);
  return virtual_time(slice_of(entity), state.weight, state.inverse).nanoseconds();
}

std::int64_t Eevdf::lag_limit(const Entity& entity) const {
  const EevdfState& state = state_of(entity);
  return virtual_time(std::max(slice_of(entity) * 2, tick_), state.weight, state.inverse).nanoseconds();
}

// Adding an entity moves the average towards it; (W + w) / W undoes that (fair.c, place_entity).
std::int64_t Eevdf::inflated_lag(const Entity& entity) const {
  const std::int64_t load = competitors().load();
  const EevdfState& state = state_of(entity);
  if (load == 0) return 0;
  return static_cast<std::int64_t>(WideSum{state.lag} * (load + state.weight) / load);
}

// fair.c, place_entity and reweight_entity.
void Eevdf::place(Entity& entity, bool is_new, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.weight != entity.weight) {
    const auto rescaled = [&](std::int64_t span) {
      return static_cast<std::int64_t>(WideSum{span} * state.weight / entity.weight);
    };
    state.lag = rescaled(state.lag);
    if (state.is_deadline_relative) state.node.deadline = rescaled(state.node.deadline);
    state.weight = entity.weight;
    state.inverse = inverse_weight(entity.weight);
  }
  heaviest_ = std::max(heaviest_, state.weight);
  state.node.vruntime = average(now) - inflated_lag(entity);
  if (state.is_deadline_relative) {
    state.node.deadline += state.node.vruntime;
    state.is_deadline_relative = false;
  } else {
    // The others are half through their slices on average, so who is new begins with half of one.
    state.node.deadline = state.node.vruntime + virtual_slice(entity) / (is_new ? 2 : 1);
  }
  state.is_competing = true;
}

void Eevdf::save_lag(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  const std::int64_t limit = lag_limit(entity);
  state.lag = std::clamp(average(now) - state.node.vruntime, -limit, limit);
}

void Eevdf::make_deadline_relative(EevdfState& state) {
  state.node.deadline -= state.node.vruntime;
  state.is_deadline_relative = true;
}

void Eevdf::stop_competing(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  last_average_ = average(now);
  running_.remove(state.node.vruntime, state.weight);
  state.is_competing = false;
}

void Eevdf::insert(Entity& entity) {
  EevdfState& state = state_of(entity);
  state.node.order = ++last_order_;
  state.is_queued = true;
  queued_.add(state.node.vruntime, state.weight);
  ready_.of(entity).insert(entity);
}

void Eevdf::take_out(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  last_average_ = average(now);
  ready_.of(entity).remove(entity);
  queued_.remove(state.node.vruntime, state.weight);
  state.is_queued = false;
}

// fair.c, set_delayed.
void Eevdf::delay(Entity& entity) {
  EevdfState& state = state_of(entity);
  running_.remove(state.node.vruntime, state.weight);
  queued_.add(state.node.vruntime, state.weight);
  state.node.order = ++last_order_;
  state.is_queued = state.is_delayed = true;
  delayed_.insert(entity);
}

// fair.c, requeue_delayed_entity: it has its place still, but for what would be a credit.
void Eevdf::wake_delayed(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  last_average_ = average(now);
  if (state.node.vruntime < last_average_ || state.weight != entity.weight) {
    end_delay(entity, last_average_);
    return place(entity, false, now);
  }
  delayed_.remove(entity);
  queued_.remove(state.node.vruntime, state.weight);
  state.is_delayed = false;
}

// fair.c, finish_delayed_dequeue_entity.
void Eevdf::end_delay(Entity& entity, std::int64_t average) {
  EevdfState& state = state_of(entity);
  state.lag = std::clamp<std::int64_t>(average - state.node.vruntime, -lag_limit(entity), 0);
  last_average_ = average;
  delayed_.remove(entity);
  queued_.remove(state.node.vruntime, state.weight);
  state.is_queued = state.is_delayed = state.is_competing = false;
}

// fair.c, pick_next_entity: a sleeper that is picked is really dequeued, and another one is picked. (Who that is, is
// known before here, and may be another there: V rises when one leaves that was behind it.)
void Eevdf::end_delays_before(const Entity* ready, const Entity* running, Instant now) {
  while (!delayed_.empty()) {
    const VruntimeSum all = competitors();
    if (!all.reaches(delayed_.least_vruntime())) return;
    Entity* const picked = delayed_.first_eligible([&](std::int64_t vruntime) { return all.reaches(vruntime); });
    const auto is_before = [&](const Entity* candidate) {
      if (candidate == nullptr) return false;
      const EligibilityNode& node = state_of(*candidate).node;
      return node.deadline <= state_of(*picked).node.deadline && all.reaches(node.vruntime);
    };
    if (is_before(ready) || is_before(running)) return;
    end_delay(*picked, average(now));
  }
}

namespace {

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  // sysctl_sched_base_slice is scaled by 1 + ilog2 of the CPUs, of which at most 8 count (fair.c,
  // get_update_sysctl_factor).
  const unsigned counted = std::min(view.topology().cpu_count(), 8U);
  const auto factor = static_cast<std::int64_t>(std::bit_width(counted));
  const Duration slice = options.get<Duration>("base_slice") * factor;
  const auto tick = options.get<Duration>("tick");
  const auto delay = options.get<bool>("delay_dequeue") ? Eevdf::DelayDequeue::on : Eevdf::DelayDequeue::off;
  return with_groups(view, [=](SchedulerView& level) { return std::make_unique<Eevdf>(level, slice, tick, delay); });
}

}  // namespace

extern const PolicyRow eevdf_policy;
const PolicyRow eevdf_policy{
    .name = "eevdf",
    .summary = "earliest eligible virtual deadline first: Linux since 6.6",
    .source = "Linux 6.12 kernel/sched/fair.c; Stoica and Abdel-Wahab 1995",
    .options = {time_option("base_slice", 750_us, 100_us, 100_ms, "slice on one CPU; more CPUs, longer slices"),
                time_option("tick", 4_ms, 100_us, 10_ms, "the kernel's tick, which bounds lag and lone slices"),
                flag_option("delay_dequeue", true, "who sleeps ahead of its share competes until it has paid for it")},
    .is_work_conserving = true,
    .respects_weight = true,
    .make = make,
    .heeds_groups = true,
};

}  // namespace signalbox
