#include "kernel/sched/class_rank.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct RtState {
  QueuePlace place;
  Duration used;  // of its interval
};

// SCHED_FIFO and SCHED_RR as sched(7) and Linux 6.12's kernel/sched/rt.c have them: the highest priority runs, first
// come, first served among equals; who is preempted goes back to the head of its list, who yields to the tail; a
// SCHED_RR thread goes to the tail when its interval is used up. Threads of other classes come after all of them, first
// come, first served.
class Rt final : public GlobalQueuePolicy {
 public:
  Rt(SchedulerView& view, Duration interval)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()), interval_(interval) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<RtState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<RtState>();
    const bool is_expired = takes_turns(entity) && state.used >= interval_;
    if (is_expired) state.used = {};
    if (why == EnqueueReason::preempted && !is_expired) {
      ready_.insert_before_equals(entity, class_rank(entity.attributes));
    } else {
      ready_.insert_behind_equals(entity, class_rank(entity.attributes));
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    entity.state<RtState>().used += ran;
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity&, Instant) override {}

  // rt.c, task_tick_rt: alone on its list it gets a new interval at once.
  Verdict decide(CpuId cpu, Entity& running, Instant) override {
    auto& state = running.state<RtState>();
    const Entity* const first = ready_.front(cpu);
    const ClassRank rank = class_rank(running.attributes);
    if (first != nullptr && class_rank(first->attributes) < rank) return Verdict::preempt;
    if (!takes_turns(running) || state.used < interval_) return Verdict::keep;
    if (first != nullptr && class_rank(first->attributes) == rank) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  // rt.c, get_rr_interval_rt.
  Duration slice_of(const Entity& entity) const override { return takes_turns(entity) ? interval_ : Duration(); }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    return takes_turns(running) ? now + (interval_ - running.state<RtState>().used) : Instant::max();
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  static bool takes_turns(const Entity& entity) { return entity.attributes.sched_class == SchedClass::round_robin; }

  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return class_rank(ready.attributes) < class_rank(running.attributes);
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return class_rank(a.attributes) > class_rank(b.attributes);
  }

  SharedTree<RtState> ready_;
  Duration interval_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Rt>(view, options.get<Duration>("interval"));
}

}  // namespace

extern const PolicyRow rt_policy;
const PolicyRow rt_policy{
    .name = "rt",
    .summary = "SCHED_FIFO and SCHED_RR; other classes behind them, first come, first served",
    .source = "sched(7); Linux 6.12 kernel/sched/rt.c",
    .options = {time_option("interval", 100_ms, 1_ms, 10_s, "of SCHED_RR: RR_TIMESLICE")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_realtime = true,
};

}  // namespace signalbox
