#include "kernel/sched/class_rank.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/realtime_limit.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct RtState {
  QueuePlace place;
  Duration used;             // of its interval
  bool is_realtime = false;  // as it was queued; its attributes may have changed since
};

// SCHED_FIFO and SCHED_RR as sched(7) and Linux 6.12's kernel/sched/rt.c have them: the highest priority runs, first
// come, first served among equals; who is preempted goes back to the head of its list, who yields to the tail; a
// SCHED_RR thread goes to the tail when its interval is used up. Threads of other classes come after all of them, first
// come, first served. With a limit, as kernels before 6.12 have it, real-time threads leave them the rest of each
// second.
class Rt final : public GlobalQueuePolicy {
 public:
  Rt(SchedulerView& view, Duration interval, Duration limit)
      : GlobalQueuePolicy(view, OnReady::may_preempt),
        ready_(view.affinities(), cpu_range()),
        others_(view.affinities(), cpu_range()),
        interval_(interval),
        limit_(cpu_range().size, limit) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<RtState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<RtState>();
    const bool is_expired = takes_turns(entity) && state.used >= interval_;
    if (is_expired) state.used = {};
    state.is_realtime = is_realtime(entity.attributes);
    if (why == EnqueueReason::preempted && !is_expired) {
      queue_of(entity).insert_before_equals(entity, class_rank(entity.attributes));
    } else {
      queue_of(entity).insert_behind_equals(entity, class_rank(entity.attributes));
    }
    if (state.is_realtime) begin_period(now);
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    queue_of(entity).remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    Entity* const realtime = limit_.is_reached(place_of(cpu)) ? nullptr : ready_.pop_front(cpu);
    return note_picked(cpu, realtime != nullptr ? realtime : others_.pop_front(cpu), now);
  }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    entity.state<RtState>().used += ran;
    if (entity.state<RtState>().is_realtime) limit_.account(place_of(cpu), ran);
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity&, Instant) override {}

  // rt.c, task_tick_rt: alone on its list it gets a new interval at once.
  Verdict decide(CpuId cpu, Entity& running, Instant) override {
    auto& state = running.state<RtState>();
    if (limit_.is_reached(place_of(cpu)) && state.is_realtime) return Verdict::preempt;
    const Entity* const first = front(cpu);
    const ClassRank rank = class_rank(running.attributes);
    if (first != nullptr && class_rank(first->attributes) < rank) return Verdict::preempt;
    if (!takes_turns(running) || state.used < interval_) return Verdict::keep;
    if (first != nullptr && class_rank(first->attributes) == rank) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  // rt.c, get_rr_interval_rt.
  Duration slice_of(const Entity& entity) const override { return takes_turns(entity) ? interval_ : Duration(); }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override {
    const std::size_t place = place_of(cpu);
    const bool is_limited = limit_.is_on() && running.state<RtState>().is_realtime && !limit_.is_reached(place);
    const Instant limit = is_limited ? now + limit_.left(place) : Instant::max();
    return takes_turns(running) ? std::min(limit, now + (interval_ - running.state<RtState>().used)) : limit;
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return k == 0 ? front(cpu) : nullptr; }
  void timer(std::uint64_t, Instant now) override {
    has_period_ = false;
    for_each_running(now, [&](const Entity& running, Duration ran) {
      if (running.state<RtState>().is_realtime) limit_.account_so_far(place_of(running.cpu), ran);
    });
    // Another class may run there, which is not seen here.
    const bool was_used = limit_.renew([&](std::size_t place) {
      view().kick(CpuId(static_cast<CpuId::Value>(cpu_range().first + place)), Kick::preempt);
    });
    if (was_used || ready_.first_of_all() != nullptr) begin_period(now);
  }

 private:
  static bool takes_turns(const Entity& entity) { return entity.attributes.sched_class == SchedClass::round_robin; }

  using Queue = SharedTree<RtState>;

  std::size_t place_of(CpuId cpu) const { return cpu_range().index_of(cpu); }
  // Where it was queued; its attributes may have changed since.
  Queue& queue_of(const Entity& entity) { return entity.state<RtState>().is_realtime ? ready_ : others_; }
  const Entity* front(CpuId cpu) const {
    const Entity* const realtime = limit_.is_reached(place_of(cpu)) ? nullptr : ready_.front(cpu);
    return realtime != nullptr ? realtime : others_.front(cpu);
  }
  void begin_period(Instant now) {
    if (!limit_.is_on() || has_period_) return;
    has_period_ = true;
    view().set_timer(now + RealtimeLimit::period, 0);
  }

  const Entity* first_ready(CpuId cpu, Instant) const override { return front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return class_rank(ready.attributes) < class_rank(running.attributes);
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return class_rank(a.attributes) > class_rank(b.attributes);
  }

  Queue ready_;  // real-time ones
  Queue others_;
  Duration interval_;
  RealtimeLimit limit_;
  bool has_period_ = false;  // the timer is set
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Rt>(view, options.get<Duration>("interval"), options.get<Duration>("rt_limit"));
}

}  // namespace

extern const PolicyRow rt_policy;
const PolicyRow rt_policy{
    .name = "rt",
    .summary = "SCHED_FIFO and SCHED_RR; other classes behind them, first come, first served",
    .source = "sched(7); Linux 6.12 kernel/sched/rt.c; the limit: 6.6",
    .options = {time_option("interval", 100_ms, 1_ms, 10_s, "of SCHED_RR: RR_TIMESLICE"),
                time_or_off_option("rt_limit", Duration(), 1_ms, 1_s,
                                   "real-time threads' part of each second; before Linux 6.12: 950ms")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_realtime = true,
};

}  // namespace signalbox
