#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernel/sched/policy.hpp"

namespace signalbox {

// What shares a run queue: all CPUs, or each set of CPUs that the topology names has its own. Real-time people say
// global, clustered and partitioned scheduling.
enum class QueueScope : std::uint8_t { machine, node, llc, core, cpu };

// The run queues of a machine, each a policy of its own for the CPUs of one cluster: what a balancer sees and changes.
class RunQueues {
 public:
  using Index = std::uint16_t;
  using MakePolicy = std::function<std::unique_ptr<Policy>(SchedulerView& view, Index queue)>;

  RunQueues(SchedulerView& machine, QueueScope scope, const MakePolicy& make);
  RunQueues(const RunQueues&) = delete;
  RunQueues& operator=(const RunQueues&) = delete;

  // Of an entity that was never queued.
  static constexpr Index unplaced = 0xffff;
  static bool is_new(const Entity& entity) { return entity.run_queue == unplaced; }

  const Topology& topology() const { return machine_.topology(); }
  const AffinityTable& affinities() const { return machine_.affinities(); }
  const Entity* running(CpuId cpu) const { return machine_.running(cpu); }
  const Entity* waker() const { return machine_.waker(); }

  Index count() const { return static_cast<Index>(queues_.size()); }
  Index of(CpuId cpu) const { return of_cpu_[cpu.value()]; }
  const CpuMask& cpus(Index queue) const { return queues_[queue].cpus; }
  bool is_of_one_cpu(Index queue) const { return range(queue).size == 1; }
  const CpuMask& online() const { return affinities().online(); }
  bool is_online(Index queue) const { return cpus(queue).lowest_in(online(), range(queue)).has_value(); }
  CpuRange range(Index queue) const { return queues_[queue].range; }
  CpuId first_cpu(Index queue) const { return CpuId(static_cast<CpuId::Value>(range(queue).first)); }
  bool allows(const Entity& entity, Index queue) const {
    return affinities().is_everywhere(entity.affinity) ||
           queues_[queue].cpus.lowest_in(affinities().mask(entity.affinity), queues_[queue].range).has_value();
  }

  // How many live in it, ready or not.
  std::size_t members(Index queue) const { return queues_[queue].members; }
  // How many are ready in it and do not run; how many run on its CPUs; the weights of both together.
  std::size_t waiting(Index queue) const { return queues_[queue].waiting.size(); }
  std::size_t running(Index queue) const;
  std::uint64_t load(Index queue) const;
  // Of all queues; and those among them that are of a real-time class.
  std::size_t waiting() const { return waiting_; }
  std::size_t waiting_realtime() const { return waiting_realtime_; }
  // CPUs that found nobody to run, and for which nobody was queued since.
  const CpuMask& idle() const { return idle_; }
  CpuRange range() const { return {0, topology().cpu_count()}; }

  // Those that wait in it, who was queued first comes first. Calls accept(entity) for each of the first `most` that is
  // not held back, until it says yes; null if it never does.
  template <class Accept>
  Entity* find_waiting(Index queue, std::size_t most, Accept accept) {
    for (Entity& entity : queues_[queue].waiting) {
      if (most-- == 0) return nullptr;
      if (!policy(queue).is_held_back(entity) && accept(entity)) return &entity;
    }
    return nullptr;
  }
  // One that waits in it though it is allowed on none of its CPUs any more, held back or not; null if there is none.
  Entity* find_stranded(Index queue) {
    for (Entity& entity : queues_[queue].waiting) {
      if (!allows(entity, queue)) return &entity;
    }
    return nullptr;
  }
  // Takes one that waits from its queue to `target`, where one of the CPUs is allowed to it, and lets that idle pick.
  void move(Entity& waiting, Index target, Instant now);
  void kick(CpuId cpu, Kick kick) { machine_.kick(cpu, kick); }
  // The balancer's timer.
  void set_timer(Instant when) { machine_.set_timer(when, 0); }

  // For the policy of all queues (clustered_policy).
  Policy& policy(Index queue) { return *queues_[queue].policy; }
  const Policy& policy(Index queue) const { return *queues_[queue].policy; }
  void enter(CpuId cpu, Entity& entity, EnqueueReason why, Instant now);
  void remove(Entity& entity);
  void leave(Entity& entity, Instant now);
  void set_idle(CpuId cpu) { idle_.set(cpu); }
  void set_busy(CpuId cpu) { idle_.clear(cpu); }
  // Whose timer a cookie names: a queue's, or the balancer's (count()).
  Index queue_of_timer(std::uint64_t cookie) const;
  static std::uint32_t cookie_of_timer(std::uint64_t cookie) { return static_cast<std::uint32_t>(cookie); }

 private:
  using Waiting =
      boost::intrusive::list<Entity, boost::intrusive::member_hook<Entity, Entity::ListHook, &Entity::run_queue_hook>>;

  // The machine as one queue's policy sees it: fewer CPUs, and timers of its own.
  class View final : public SchedulerView {
   public:
    View(SchedulerView& machine, const CpuMask& cpus, Index queue) : machine_(machine), cpus_(cpus), queue_(queue) {}

    const Topology& topology() const override { return machine_.topology(); }
    const AffinityTable& affinities() const override { return machine_.affinities(); }
    const Entity* running(CpuId cpu) const override { return machine_.running(cpu); }
    const Entity* waker() const override { return machine_.waker(); }
    void kick(CpuId cpu, Kick kick) override { machine_.kick(cpu, kick); }
    CpuMask cpus() const override { return cpus_; }
    TaskGroups* groups() override { return machine_.groups(); }
    void set_timer(Instant when, std::uint64_t cookie) override;

   private:
    SchedulerView& machine_;
    CpuMask cpus_;
    Index queue_;
  };
  // What a wake-up and a dispatch touch comes first.
  struct alignas(64) Queue {
    std::unique_ptr<View> view;
    std::unique_ptr<Policy> policy;
    Waiting waiting;
    std::uint64_t weight = 0;  // of those that wait
    std::size_t members = 0;
    CpuRange range;
    CpuMask cpus;
  };

  void make_clusters(QueueScope scope);
  void change_queue(Entity& entity, Index target, Instant now);

  SchedulerView& machine_;
  std::vector<Queue> queues_;
  std::vector<Index> of_cpu_;
  CpuMask idle_;
  std::size_t waiting_ = 0;
  std::size_t waiting_realtime_ = 0;
};

}  // namespace signalbox
