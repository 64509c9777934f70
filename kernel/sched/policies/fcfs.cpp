#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_fifo.hpp"

namespace signalbox {
namespace {

// First come, first served: whoever has waited longest runs until it waits (Silberschatz, Galvin and Gagne, Operating
// System Concepts, chapter CPU Scheduling). Ties cannot be: being enqueued is what is ordered.
class Fcfs final : public GlobalQueuePolicy {
 public:
  explicit Fcfs(SchedulerView& view)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()) {}

  void join(Entity&, Instant) override {}
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    // It did not give the CPU up by itself: its turn goes on.
    if (why == EnqueueReason::preempted) {
      ready_.push_front(entity);
    } else {
      ready_.push_back(entity);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity&, Instant) override {}
  Verdict decide(CpuId, Entity&, Instant) override { return Verdict::keep; }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }

  SharedFifo ready_;
};

}  // namespace

extern const PolicyRow fcfs_policy;
const PolicyRow fcfs_policy{
    .name = "fcfs",
    .summary = "first come, first served: runs until it waits",
    .source = "Silberschatz, Operating System Concepts, CPU Scheduling",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make_of_view<Fcfs>,
};

}  // namespace signalbox
