#pragma once

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {

struct MonotonicState {
  QueuePlace place;
};

// Fixed priorities by what attributes say of an entity's jobs: the shortest period (rate_monotonic) or the shortest
// relative deadline (deadline_monotonic) first, preemptively. Who has but one of the two is ordered by that; who has
// neither runs in the background, first come first served.
class Monotonic final : public GlobalQueuePolicy {
 public:
  enum class By : bool { period, deadline };

  Monotonic(SchedulerView& view, By by)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()), by_(by) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<MonotonicState>(); }
  void leave(Entity&, Instant) override {}
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }
  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity&, Instant) override {}
  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    return should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
  }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return urgency(ready) < urgency(running);
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override { return urgency(a) > urgency(b); }

  // The shorter the more urgent.
  Duration urgency(const Entity& entity) const;

  SharedTree<MonotonicState> ready_;
  By by_;
};

}  // namespace signalbox
