#include <algorithm>
#include <boost/intrusive/set.hpp>
#include <limits>
#include <utility>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct DeadlineState {
  QueuePlace place;  // the key: its absolute deadline, or while it is throttled the instant of its replenishment
  Duration budget;   // left until the deadline; may be overrun
  Instant deadline;  // absolute
  bool is_throttled = false;  // queued, but out of budget
  bool was_boosted = false;
};

// A reservation: Q of every P, to be had within D of each period's begin.
struct Reservation {
  Duration runtime;
  Duration deadline;
  Duration period;
};

// sched(7): a deadline left out is the period, a period left out is the deadline.
Reservation reservation_of(const Entity& entity) {
  const SchedAttributes& asked = entity.attributes;
  const Duration deadline = asked.deadline > Duration() ? asked.deadline : asked.period;
  return {asked.runtime, deadline, asked.period > Duration() ? asked.period : deadline};
}

bool has_reservation(const Entity& entity) {
  const Reservation asked = reservation_of(entity);
  return entity.attributes.sched_class == SchedClass::deadline && asked.runtime > Duration() &&
         asked.deadline > Duration();
}

// SCHED_DEADLINE as Linux 6.12's kernel/sched/deadline.c has it: the earliest deadline first among those that have
// budget (EDF), and a constant bandwidth server for each (CBS, Abeni and Buttazzo 1998). Who wakes up with more budget
// left than its bandwidth allows until its deadline begins a new period; who has used its budget up is throttled until
// the next period begins (deadline - D + P), when its deadline moves on by P and its budget grows by Q. Who yields
// gives the rest of its budget up. Threads without a reservation come after all others, first come, first served.
//
// Who inherits a reservation is not throttled: its budget is renewed as soon as it is spent. It gets a deadline of the
// donor's length if it has none of its own, which it else keeps (replenish_dl_entity, is_dl_boosted).
//
// Not here: bandwidth reclaiming (GRUB), and admission, which is sched_setattr(2)'s.
class DeadlinePolicy final : public GlobalQueuePolicy {
 public:
  explicit DeadlinePolicy(SchedulerView& view)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<DeadlineState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<DeadlineState>();
    state.was_boosted = entity.attributes.is_boosted;
    if (!has_reservation(entity)) {
      state.deadline = Instant();
      ready_.insert_behind_equals(entity, std::numeric_limits<std::int64_t>::max());
      return note_queued(cpu, entity, why, now);
    }
    if (why == EnqueueReason::yielded) state.budget = std::min(state.budget, Duration());
    const bool keeps_its_period = why == EnqueueReason::preempted || why == EnqueueReason::yielded;
    if (!keeps_its_period && state.budget > Duration()) refill_if_too_much(entity, now);
    if (!keeps_its_period && state.deadline == Instant()) start_period(entity, now);
    if (state.budget <= Duration()) replenish_or_throttle(entity, now);
    if (state.is_throttled) return;
    why == EnqueueReason::preempted ? ready_.insert_before_equals(entity, state.deadline.nanoseconds())
                                    : ready_.insert_behind_equals(entity, state.deadline.nanoseconds());
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    auto& state = entity.state<DeadlineState>();
    if (state.is_throttled) {
      throttled_.erase(Throttled::s_iterator_to(entity));
      state.is_throttled = false;
      return;
    }
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    entity.state<DeadlineState>().budget -= ran;
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    const bool is_spent = has_reservation(running) && running.state<DeadlineState>().budget <= Duration();
    return is_spent || should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
  }
  bool is_held_back(const Entity& entity) const override { return entity.state<DeadlineState>().is_throttled; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    if (!has_reservation(running)) return Instant::max();
    return now + std::max(running.state<DeadlineState>().budget, 1_ns);
  }
  void attributes_changed(Entity& entity, Instant now) override {
    auto& state = entity.state<DeadlineState>();
    const bool was_boosted = std::exchange(state.was_boosted, entity.attributes.is_boosted);
    const bool is_inherited = (was_boosted || state.was_boosted) && has_reservation(entity);
    if (is_inherited && state.deadline != Instant()) return GlobalQueuePolicy::attributes_changed(entity, now);
    state.deadline = Instant();  // a new reservation begins a new period
    state.budget = reservation_of(entity).runtime;
    if (has_reservation(entity)) start_period(entity, now);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  // deadline.c, dl_task_timer.
  void timer(std::uint64_t, Instant now) override {
    while (!throttled_.empty() && throttled_.begin()->state<DeadlineState>().place.key <= now.nanoseconds()) {
      Entity& entity = *throttled_.begin();
      throttled_.erase(throttled_.begin());
      auto& state = entity.state<DeadlineState>();
      state.is_throttled = false;
      replenish(entity, now);
      ready_.insert_behind_equals(entity, state.deadline.nanoseconds());
      const CpuId cpu = select_cpu(entity, now);
      note_queued(cpu, entity, EnqueueReason::woken, now);
      const Entity* const running = view().running(cpu);
      if (running == nullptr || displaces(entity, *running, now)) view().kick(cpu, Kick::preempt);
    }
  }
  Instant deadline_of(const Entity& entity) const override {
    return has_reservation(entity) ? entity.state<DeadlineState>().deadline : Instant::max();
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  struct ByReplenishment {
    bool operator()(const Entity& a, const Entity& b) const {
      return a.state<DeadlineState>().place < b.state<DeadlineState>().place;
    }
  };
  using Throttled =
      boost::intrusive::multiset<Entity, boost::intrusive::compare<ByReplenishment>,
                                 boost::intrusive::member_hook<Entity, Entity::TreeHook, &Entity::tree_hook>>;

  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    if (!has_reservation(ready)) return false;
    return !has_reservation(running) || ready.state<DeadlineState>().deadline < running.state<DeadlineState>().deadline;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    if (has_reservation(a) != has_reservation(b)) return !has_reservation(a);
    return a.state<DeadlineState>().deadline > b.state<DeadlineState>().deadline;
  }

  static void start_period(Entity& entity, Instant now) {
    auto& state = entity.state<DeadlineState>();
    state.budget = reservation_of(entity).runtime;
    state.deadline = now + reservation_of(entity).deadline;
  }
  // deadline.c, update_dl_entity: budget / (deadline - now) > Q / D, in integers.
  static void refill_if_too_much(Entity& entity, Instant now) {
    __extension__ using Wide = __int128;
    auto& state = entity.state<DeadlineState>();
    const Reservation asked = reservation_of(entity);
    const Wide left = Wide{state.budget.nanoseconds()} * asked.deadline.nanoseconds();
    const Wide allowed = Wide{asked.runtime.nanoseconds()} * (state.deadline - now).nanoseconds();
    if (state.deadline < now || left > allowed) start_period(entity, now);
  }
  void replenish_or_throttle(Entity& entity, Instant now) {
    auto& state = entity.state<DeadlineState>();
    const Reservation asked = reservation_of(entity);
    const Instant next_period = state.deadline - asked.deadline + asked.period;
    if (next_period <= now || entity.attributes.is_boosted) return replenish(entity, now);
    state.is_throttled = true;
    state.place = {.key = next_period.nanoseconds(), .order = ++last_order_};
    throttled_.insert(entity);
    view().set_timer(next_period, 0);
  }
  // deadline.c, replenish_dl_entity; a server that has fallen behind altogether starts anew.
  static void replenish(Entity& entity, Instant now) {
    auto& state = entity.state<DeadlineState>();
    const Reservation asked = reservation_of(entity);
    while (state.budget <= Duration()) {
      state.deadline += asked.period;
      state.budget += asked.runtime;
    }
    if (state.deadline < now) start_period(entity, now);
  }

  SharedTree<DeadlineState> ready_;
  Throttled throttled_;
  std::uint64_t last_order_ = 0;
};

}  // namespace

extern const PolicyRow deadline_policy;
const PolicyRow deadline_policy{
    .name = "deadline",
    .summary = "SCHED_DEADLINE: earliest deadline first within constant bandwidth servers",
    .source = "Linux 6.12 kernel/sched/deadline.c; Abeni and Buttazzo 1998",
    .options = {},
    .is_work_conserving = false,
    .respects_weight = false,
    .make = make_of_view<DeadlinePolicy>,
    .heeds_deadlines = true,
};

}  // namespace signalbox
