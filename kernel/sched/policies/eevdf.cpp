#include "kernel/sched/policies/eevdf.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "kernel/sched/group_scheduler.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

bool is_idle_class(const Entity& entity) { return entity.attributes.sched_class == SchedClass::idle; }
bool may_preempt(const Entity& entity) {
  return entity.attributes.sched_class != SchedClass::idle && entity.attributes.sched_class != SchedClass::batch;
}

}  // namespace

Eevdf::Eevdf(SchedulerView& view, Duration base_slice, Duration tick, DelayDequeue delay_dequeue)
    : GlobalQueuePolicy(view, OnReady::may_preempt),
      ready_(view.affinities(), cpu_range()),
      running_(cpu_range().size),
      base_slice_(base_slice),
      tick_(tick),
      delays_dequeue_(delay_dequeue == DelayDequeue::on),
      competition_(cpu_count()) {}

[[gnu::flatten]] void Eevdf::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) [[unlikely]] {
    wake_delayed(entity, now);
  } else if (!state.is_competing) {
    place(entity, why == EnqueueReason::created, now);
  } else {
    stop_running(entity);
    if (why == EnqueueReason::yielded) state.node.deadline += virtual_slice(entity);  // fair.c, yield_task_fair
  }
  state.node.order = state.arrival = ++last_order_;
  state.is_queued = true;
  ready_.of(entity).insert(entity);
  note_queued(cpu, entity, why, now);
}

[[gnu::flatten]] Entity* Eevdf::pick_next(CpuId cpu, Instant now) {
  const VruntimeSum all = competitors();
  Entity* const next = take_best(cpu, all);
  end_delays_before(next, nullptr, all);
  if (next != nullptr) {
    EevdfState& state = state_of(*next);
    start_running(cpu, *next, now);
    state.is_queued = false;
    state.arrival = last_order_;
    state.is_protected = true;
    state.has_run = false;
    state.is_slice_over = false;
  }
  return note_picked(cpu, next, now);
}

void Eevdf::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  EevdfState& state = state_of(entity);
  const std::int64_t virtual_span = virtual_time(ran, state.weight, state.inverse).nanoseconds();
  state.node.vruntime += virtual_span;
  competition_.account(virtual_span, state.weight, now - since(cpu));
  note_accounted(cpu, now);
  state.has_run |= ran > Duration();
  if (state.node.vruntime >= state.node.deadline) renew_deadline(entity);
}

// fair.c, update_deadline.
void Eevdf::renew_deadline(Entity& entity) {
  EevdfState& state = state_of(entity);
  state.node.deadline = state.node.vruntime + virtual_slice(entity);
  state.is_slice_over = true;
  state.is_protected = false;
}

[[gnu::flatten]] void Eevdf::blocked(CpuId, Entity& entity, Instant now) {
  const VruntimeSum all = competitors(&entity);
  if (delays_dequeue_ && !all.reaches(state_of(entity).node.vruntime)) return delay(entity);
  const std::int64_t average = at_instant(all, now, &entity).average();
  save_lag(entity, average);
  stop_competing(entity, average);
}

Verdict Eevdf::decide(CpuId cpu, Entity& running, Instant) {
  EevdfState& state = state_of(running);
  // Asked early, by a tick: it goes on while its slice protects it, or while it is eligible (fair.c, update_curr).
  const bool is_asked = state.is_slice_over || (!state.is_protected && !competitors().reaches(state.node.vruntime));
  if (is_asked && !delayed_.empty()) {
    const VruntimeSum all = competitors();
    end_delays_before(best(cpu, all), &running, all);
  }
  if (is_asked && !stays(cpu, running)) return Verdict::preempt;
  state.is_slice_over = false;
  state.arrival = last_order_;
  return Verdict::keep;
}

Instant Eevdf::next_decision(CpuId, const Entity& running, Instant now) const {
  const EevdfState& state = state_of(running);
  const Duration left = cpu_time(Duration(state.node.deadline - state.node.vruntime), state.weight);
  // Without protection the kernel looks at each tick whether it is still eligible.
  return now + std::max(1_ns, state.is_protected ? left : std::min(left, tick_));
}

bool Eevdf::yields_before(const Entity& a, const Entity& b, Instant) const {
  const EevdfState& one = state_of(a);
  const EevdfState& other = state_of(b);
  if (is_idle_class(a) != is_idle_class(b)) return is_idle_class(a);
  if (one.is_protected != other.is_protected) return other.is_protected;
  return one.node.deadline > other.node.deadline;
}

[[gnu::flatten]] bool Eevdf::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  // check_preempt_wakeup_fair: only for whoever has come since it was last asked, and is the one that pick_eevdf would
  // choose; or at the end of its slice (update_curr).
  const EevdfState& theirs = state_of(running);
  if (theirs.arrival == last_order_ && !theirs.is_slice_over) return false;
  const VruntimeSum all = competitors();
  if (ready_.is_single() && !is_idle_class(running) && !all.reaches(ready_.shared().least_vruntime())) return false;
  const Entity* const ready = best(cpu, all);
  if (ready == nullptr || (state_of(*ready).arrival <= theirs.arrival && !theirs.is_slice_over)) return false;
  return displaces(*ready, running, all, nullptr, now);
}

[[gnu::flatten]] std::optional<CpuId> Eevdf::victim(const Entity& entity, Instant now) const {
  const Entity* const worst = worst_running(entity);
  if (worst == nullptr || !displaces(entity, *worst, now)) return std::nullopt;
  return worst->cpu;
}

// Of those that run where the entity is allowed, the one who yields before all others; null if nobody.
const Entity* Eevdf::worst_running(const Entity& entity) const {
  const Entity* worst = nullptr;
  auto cpu = static_cast<CpuId::Value>(cpu_range().first);
  for (const Entity* const running : running_) {
    const CpuId where(cpu++);
    if (running == nullptr || running == &entity || !allows(entity, where)) continue;
    if (worst == nullptr || Eevdf::yields_before(*running, *worst, Instant())) worst = running;
  }
  return worst;
}

bool Eevdf::displaces(const Entity& ready, const Entity& running, Instant now) const {
  // It ran until now, here or in another queue.
  const Entity* const leaving = is_running(state_of(ready)) && cares_for(ready.cpu) ? &ready : nullptr;
  return displaces(ready, running, competitors(leaving), leaving, now);
}

// fair.c, check_preempt_wakeup_fair: pick_eevdf would choose the ready one.
bool Eevdf::displaces(const Entity& ready, const Entity& running, const VruntimeSum& all, const Entity* leaving,
                      Instant now) const {
  if (is_idle_class(running) && !is_idle_class(ready)) return true;
  if (is_idle_class(running) != is_idle_class(ready) || !may_preempt(ready)) return false;

  const EevdfState& theirs = state_of(running);
  const EevdfState& mine = state_of(ready);
  const bool is_eligible = mine.is_queued ? all.reaches(mine.node.vruntime) : mine.lag >= 0;
  if (!is_eligible) return false;

  const bool is_running_eligible = all.reaches(theirs.node.vruntime);
  // RUN_TO_PARITY: until its slice is over, or until it is not eligible any more (pick_eevdf). Who was picked at this
  // instant stays too, with several CPUs: two that are eligible only while the other runs would take turns for ever.
  const bool has_run = cpu_count() == 1 || theirs.has_run || unaccounted(running, now) > Duration();
  const bool is_kept = theirs.is_protected && (is_running_eligible || !has_run);
  if (is_kept && slice_of(ready) >= slice_of(running)) return false;
  if (!is_running_eligible) return true;
  const std::int64_t deadline =
      mine.is_queued ? mine.node.deadline : vruntime_of_placed(mine, all, now, leaving) + virtual_slice(ready);
  return deadline <= theirs.node.deadline;
}

// Who is eligible and has the earliest deadline; where affinity leaves nobody eligible, the one nearest to being so.
Entity* Eevdf::take_best(CpuId cpu, const VruntimeSum& all) {
  if (ready_.is_single())
    return ready_.shared().take_best([=](std::int64_t vruntime) { return all.reaches(vruntime); });
  Entity* const best = this->best(cpu, all);
  if (best != nullptr) ready_.of(*best).remove(*best);
  return best;
}

Entity* Eevdf::best(CpuId cpu, const VruntimeSum& all) const {
  Entity* best = nullptr;
  Entity* nearest = nullptr;
  for (const EligibilityQueue* const queue : ready_.of_cpu(cpu)) {
    if (queue->empty()) continue;
    Entity* const first = queue->first_eligible([=](std::int64_t vruntime) { return all.reaches(vruntime); });
    if (first != nullptr) {
      if (best == nullptr || state_of(*first).node.deadline < state_of(*best).node.deadline) best = first;
      continue;
    }
    const std::int64_t least = queue->least_vruntime();
    if (nearest != nullptr && state_of(*nearest).node.vruntime <= least) continue;
    nearest = queue->first_eligible([=](std::int64_t vruntime) { return vruntime <= least; });
  }
  return best != nullptr ? best : nearest;
}

const Entity* Eevdf::peek(CpuId cpu, std::size_t k) const {
  if (k == 0) return best(cpu, competitors());
  const EligibilityQueue* const only = ready_.only(cpu);
  return only == nullptr ? nullptr : only->peek(k);
}

bool Eevdf::stays(CpuId cpu, const Entity& running) const {
  const VruntimeSum all = competitors();
  const Entity* const other = best(cpu, all);
  if (other == nullptr) return true;
  const EligibilityNode& mine = state_of(running).node;
  const EligibilityNode& theirs = state_of(*other).node;
  // With affinity neither may be eligible; then the lower vruntime is nearer.
  if (!all.reaches(theirs.vruntime)) return all.reaches(mine.vruntime) || mine.vruntime < theirs.vruntime;
  return all.reaches(mine.vruntime) && mine.deadline < theirs.deadline;
}

VruntimeSum Eevdf::search_competitors() const {
  VruntimeSum some = competition_.everybody();
  for_each_running(Instant(), [&](const Entity& running, Duration) {
    const EevdfState& state = state_of(running);
    if (is_running(state) && !competition_.counts(state.weight)) some.remove(state.node.vruntime, state.weight);
  });
  return some;
}

VruntimeSum Eevdf::search_unaccounted(const VruntimeSum& all, Instant now) const {
  VruntimeSum sum = all;
  for_each_running(now, [&](const Entity& running, Duration ran) {
    const EevdfState& state = state_of(running);
    if (!is_running(state) || !competition_.counts(state.weight)) return;
    sum.advance(virtual_time(ran, state.weight, state.inverse).nanoseconds(), state.weight);
  });
  return sum;
}

std::int64_t Eevdf::average_at(Instant now, const Entity* leaving) const {
  const VruntimeSum all = competitors(leaving);
  return all.load() == 0 ? last_average_ : at_instant(all, now, leaving).average();
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

// Adding an entity moves the average towards it; a lag of (W + w) / W times as much undoes that (fair.c, place_entity).
std::int64_t Eevdf::vruntime_of_placed(const EevdfState& state, const VruntimeSum& all, Instant now,
                                       const Entity* leaving) const {
  const std::int64_t load = all.load();
  if (load == 0) return last_average_;
  const std::int64_t average = at_instant(all, now, leaving).average();
  if (state.lag == 0) return average;
  std::int64_t product = 0;
  const bool is_wide = __builtin_mul_overflow(state.lag, std::int64_t{state.weight}, &product);
  const std::int64_t more =
      is_wide ? static_cast<std::int64_t>(WideSum{state.lag} * state.weight / load) : product / load;
  return average - (state.lag + more);
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
    take_weight(entity);
  }
  competition_.admit(state.weight);  // it may come from another queue
  state.node.vruntime = vruntime_of_placed(state, competitors(), now, nullptr);
  if (state.is_deadline_relative) {
    state.node.deadline += state.node.vruntime;
    state.is_deadline_relative = false;
  } else {
    // The others are half through their slices on average, so who is new begins with half of one.
    state.node.deadline = state.node.vruntime + virtual_slice(entity) / (is_new ? 2 : 1);
  }
  state.is_competing = true;
  competition_.start_competing(state.node.vruntime, state.weight);
}

void Eevdf::save_lag(Entity& entity, std::int64_t average) {
  EevdfState& state = state_of(entity);
  const std::int64_t limit = lag_limit(entity);
  state.lag = std::clamp(average - state.node.vruntime, -limit, limit);
}

void Eevdf::start_running(CpuId cpu, const Entity& entity, Instant since) {
  const EevdfState& state = state_of(entity);
  competition_.start_running(state.node.vruntime, state.weight, since);
  running_[cpu_range().index_of(cpu)] = &entity;
}

void Eevdf::stop_running(const Entity& entity) {
  const EevdfState& state = state_of(entity);
  competition_.stop_running(state.node.vruntime, state.weight, since(entity.cpu));
  running_[cpu_range().index_of(entity.cpu)] = nullptr;
}

void Eevdf::stop_competing(Entity& entity, std::int64_t average) {
  stop_running(entity);
  EevdfState& state = state_of(entity);
  competition_.stop_competing(state.node.vruntime, state.weight);
  state.is_competing = false;
  keep_average(average);
}

void Eevdf::keep_average(std::int64_t average) {
  if (competition_.nobody_competes()) last_average_ = average;
}

// fair.c, set_delayed.
void Eevdf::delay(Entity& entity) {
  EevdfState& state = state_of(entity);
  stop_running(entity);
  state.node.order = ++last_order_;
  state.is_queued = state.is_delayed = true;
  delayed_.insert(entity);
}

// fair.c, finish_delayed_dequeue_entity.
void Eevdf::end_delay(Entity& entity, std::int64_t lag) {
  EevdfState& state = state_of(entity);
  state.lag = lag;
  competition_.stop_competing(state.node.vruntime, state.weight);
  state.is_queued = state.is_delayed = state.is_competing = false;
  keep_average(state.node.vruntime);
}

// fair.c, pick_next_entity: a sleeper that is picked is really dequeued, and another one is picked. (Who that is, is
// known before here, and may be another there: V rises when one leaves that was behind it.) Who is eligible has made
// its lag up.
void Eevdf::end_delays_before(const Entity* ready, const Entity* running, VruntimeSum all) {
  for (; all.reaches(delayed_.least_vruntime()); all = competitors()) {
    std::int64_t bound = std::numeric_limits<std::int64_t>::max();
    for (const Entity* const candidate : {ready, running}) {
      if (candidate == nullptr) continue;
      const EligibilityNode& node = state_of(*candidate).node;
      if (all.reaches(node.vruntime)) bound = std::min(bound, node.deadline);
    }
    Entity* const picked =
        delayed_.take_first_eligible([=](std::int64_t vruntime) { return all.reaches(vruntime); }, bound);
    if (picked == nullptr) return;
    end_delay(*picked, 0);
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
