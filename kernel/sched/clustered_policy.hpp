#pragma once

#include <memory>

#include "kernel/sched/balancer.hpp"
#include "kernel/sched/run_queues.hpp"

namespace signalbox {

// A policy whose CPUs do not share one run queue: an instance of it for each cluster of CPUs, and a balancer that says
// which of them an entity waits in.
class ClusteredPolicy final : public Policy {
 public:
  ClusteredPolicy(SchedulerView& machine, QueueScope scope, const RunQueues::MakePolicy& make,
                  const BalancerRow& balancer);

  void join(Entity& entity, Instant now) override;
  void leave(Entity& entity, Instant now) override;
  CpuId select_cpu(const Entity& entity, Instant now) override;
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  bool idle_looks_again() const override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  Duration slice_of(const Entity& entity) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  void cpu_changed(CpuId cpu, Instant now) override;
  Instant deadline_of(const Entity& entity) const override;
  void timer(std::uint64_t cookie, Instant now) override;
  const Entity* peek(CpuId cpu, std::size_t k) const override;
  bool is_held_back(const Entity& entity) const override {
    return queues_.policy(entity.run_queue).is_held_back(entity);
  }

 private:
  Policy& of(CpuId cpu) { return queues_.policy(queues_.of(cpu)); }
  const Policy& of(CpuId cpu) const { return queues_.policy(queues_.of(cpu)); }

  bool stays(const Entity& entity) const;

  RunQueues queues_;
  std::unique_ptr<Balancer> balancer_;
};

}  // namespace signalbox
