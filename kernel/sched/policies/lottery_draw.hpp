#pragma once

#include "kernel/base/prng.hpp"
#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/ticket_tree.hpp"

namespace signalbox {

struct DrawRules {
  Duration quantum;
  bool are_equal;    // a ticket each, whatever the weight
  bool compensates;  // for the rest of a quantum that was not used
};

// Draws who runs next for a quantum (lottery; with equal tickets, random). A compensation ticket inflates the share of
// who waited or yielded after a fraction f of its quantum by 1/f until it runs next, so that short bursts do not cost
// it its share (Waldspurger and Weihl, Lottery Scheduling, OSDI 1994, section 4.5).
class LotteryDraw final : public GlobalQueuePolicy {
 public:
  LotteryDraw(SchedulerView& view, Prng random, DrawRules rules);

  void join(Entity& entity, Instant now) override;
  void leave(Entity&, Instant) override {}
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override {
    ready_.of(entity).remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId, Entity&, Instant) override {}
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Duration slice_of(const Entity&) const override { return rules_.quantum; }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;

 private:
  const Entity* first_ready(CpuId cpu, Instant now) const override;
  std::uint64_t tickets(const Entity& entity, EnqueueReason why) const;
  Entity& holder(CpuId cpu, std::uint64_t number) const;
  void prefetch_next() const;

  ByAffinity<TicketTree> ready_;
  Prng random_;
  DrawRules rules_;
};

}  // namespace signalbox
