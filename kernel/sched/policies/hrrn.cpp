#include <algorithm>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/burst_prediction.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/ratio_piles.hpp"

namespace signalbox {
namespace {

struct HrrnState {
  Burst burst;
  Instant ready_since;
  bool is_ready = false;
};

// Highest response ratio next: who has the highest (waiting + burst) / burst runs, to the end of the burst; the short
// come early, and the long not too late (Brinch Hansen, Short-Term Scheduling in Multiprogramming Systems, SOSP 1971;
// Stallings, Operating Systems, chapter Uniprocessor Scheduling). Equals run in the order of their coming.
// Everybody's ratio rises at another speed; RatioPiles still finds the highest without a search.
class Hrrn final : public GlobalQueuePolicy {
 public:
  Hrrn(SchedulerView& view, BurstPrediction prediction)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), prediction_(prediction) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<HrrnState>().burst = prediction_.first(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<HrrnState>();
    // Who changes while it waits has waited all the same.
    if (why != EnqueueReason::changed || !state.is_ready) state.ready_since = now;
    state.is_ready = true;
    // The shortest burst there is: a ratio has no bounds without one.
    const Duration burst = std::max(1_ns, prediction_.remaining(entity, state.burst));
    ready_.of(entity).add(entity, {.origin = state.ready_since, .divisor = burst, .order = ++last_order_}, now);
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant now) override {
    ready_.of(entity).remove(entity, now);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    Entity* const best = first(cpu, now);
    if (best != nullptr) {
      ready_.of(*best).remove(*best, now);
      best->state<HrrnState>().is_ready = false;
    }
    return note_picked(cpu, best, now);
  }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant) override {
    entity.state<HrrnState>().burst.done += view().topology().work(cpu, ran);
  }
  void blocked(CpuId, Entity& entity, Instant) override { BurstPrediction::end(entity.state<HrrnState>().burst); }
  Verdict decide(CpuId, Entity&, Instant) override { return Verdict::keep; }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }

 private:
  using Piles = RatioPiles<Entity>;

  const Entity* first_ready(CpuId cpu, Instant now) const override { return first(cpu, now); }
  Entity* first(CpuId cpu, Instant now) const {
    Piles* const best = ready_.best(
        cpu, [now](Piles& a, Piles& b) { return comes_before(a.ratio(a.front(now)), b.ratio(b.front(now)), now); });
    return best == nullptr ? nullptr : &best->front(now);
  }

  ByAffinity<Piles> ready_;
  BurstPrediction prediction_;
  std::uint64_t last_order_ = 0;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Hrrn>(view, BurstPrediction(options));
}

}  // namespace

extern const PolicyRow hrrn_policy;
const PolicyRow hrrn_policy{
    .name = "hrrn",
    .summary = "highest response ratio next: (waiting + burst) / burst, to the end of the burst",
    .source = "Brinch Hansen, SOSP 1971; Stallings, Operating Systems",
    .options = burst_options(),
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
