#pragma once

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/burst_prediction.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {

struct ShortestFirstState {
  QueuePlace place;
  Burst burst;
};

// The shortest predicted burst first; whether it takes the CPU from a longer one is what tells srtf from sjf.
class ShortestFirst final : public GlobalQueuePolicy {
 public:
  enum class OnShorter : bool { waits, takes_over };

  ShortestFirst(SchedulerView& view, OnShorter on_shorter, BurstPrediction prediction);

  void join(Entity& entity, Instant now) override;
  void leave(Entity&, Instant) override {}
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override;
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override;

  Duration remaining(const Entity& entity) const {
    return prediction_.remaining(entity, entity.state<ShortestFirstState>().burst);
  }
  Duration remaining_of_running(const Entity& running, Instant now) const;

  SharedTree<ShortestFirstState> ready_;
  BurstPrediction prediction_;
};

}  // namespace signalbox
