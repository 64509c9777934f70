#pragma once

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {

// What sjf and srtf know of an entity's CPU bursts.
struct BurstState {
  QueuePlace place;
  Duration done;     // of the burst it is in, as a CPU of full capacity would have taken
  Duration average;  // of its past bursts
};

// The shortest predicted burst first; whether it takes the CPU from a longer one is what tells srtf from sjf.
// The prediction is what the program declared, or the exponential average of past bursts,
// (last burst + prediction) / 2 (Silberschatz, Operating System Concepts, Shortest-Job-First Scheduling, alpha = 1/2).
class ShortestFirst final : public GlobalQueuePolicy {
 public:
  enum class Predict : bool { oracle, ewma };
  enum class OnShorter : bool { waits, takes_over };

  ShortestFirst(SchedulerView& view, OnShorter on_shorter, Predict predict, Duration first_guess);

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

  Duration work(CpuId cpu, Duration ran) const;
  // What is left of its burst, as far as account was told; never negative.
  Duration remaining(const Entity& entity) const;
  Duration remaining_of_running(const Entity& running, Instant now) const;

  SharedTree<BurstState> ready_;
  Predict predict_;
  Duration first_guess_;
};

std::vector<PolicyOption> shortest_first_options();
std::unique_ptr<Policy> make_shortest_first(const OptionValues& options, SchedulerView& view,
                                            ShortestFirst::OnShorter on_shorter);

}  // namespace signalbox
