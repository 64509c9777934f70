#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>

#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/policy.hpp"

namespace signalbox {

// What policies with one queue for all CPUs share: choosing a CPU, and bringing what is ready to CPUs that idle.
//
// A policy built on it calls note_queued at the end of its enqueue, note_dequeued in its dequeue, and note_picked with
// what its pick_next returns.
class GlobalQueuePolicy : public Policy {
 public:
  // Its last CPU if that idles; else the lowest that idles; else the one whose running entity it would displace; else
  // its last CPU, or the lowest allowed.
  CpuId select_cpu(const Entity& entity, Instant now) final;
  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override;
  // After a derived policy has taken the new attributes over: gives way if somebody queued is now preferred.
  void attributes_changed(Entity& entity, Instant now) override;
  // Who was queued on behalf of a CPU that goes offline before it picks has another one that idles.
  void cpu_changed(CpuId cpu, Instant now) override;

 protected:
  // Whether displaces can ever say yes: sparing the search for a victim where it cannot.
  enum class OnReady : bool { waits, may_preempt };

  GlobalQueuePolicy(SchedulerView& view, OnReady on_ready);

  // What pick_next(cpu) would return, without taking it; if that is drawn, anybody it may be. Null: nobody.
  virtual const Entity* first_ready(CpuId cpu, Instant now) const = 0;
  // Would `ready`, which is queued or about to be, take the CPU from `running` at once? Never, unless overridden.
  virtual bool displaces(const Entity& ready, const Entity& running, Instant now) const;
  // Of two running entities, should `a` rather than `b` give way?
  virtual bool yields_before(const Entity& a, const Entity& b, Instant now) const;

  // The CPU that the entity would take from who runs there, if any: that of the one who yields before all others. To be
  // overridden by a policy that is asked this often, and whose own calls need not be virtual.
  virtual std::optional<CpuId> victim(const Entity& entity, Instant now) const;
  void note_queued(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
    ++ready_count_;
    if (why == EnqueueReason::created || why == EnqueueReason::woken) {
      claim(cpu);
    } else if (idle_count_ != 0 || is_preemptive_) {
      settle(entity, why, now);
    }
  }
  void note_dequeued() { --ready_count_; }
  Entity* note_picked(CpuId cpu, Entity* entity, Instant now) {
    since_[range_.index_of(cpu)] = now;
    if (entity == nullptr) {
      release(cpu);
      return nullptr;
    }
    claim(cpu);
    --ready_count_;
    if (ready_count_ != 0 && idle_count_ != 0) wake_idle(now);
    return entity;
  }
  void note_accounted(CpuId cpu, Instant now) { since_[range_.index_of(cpu)] = now; }
  // When the entity that runs on `cpu` was picked or last accounted.
  Instant since(CpuId cpu) const { return since_[range_.index_of(cpu)]; }
  // How long `running` has run that account was not told yet.
  Duration unaccounted(const Entity& running, Instant now) const { return now - since_[range_.index_of(running.cpu)]; }

  // Calls action(running, unaccounted) for each CPU that runs somebody. A wakeup is told before what runs is accounted,
  // so whoever compares a waking entity with what runs must add this.
  template <class Action>
  void for_each_running(Instant now, Action action) const {
    const auto act = [&](CpuId cpu) {
      const Entity* const running = view_.running(cpu);
      if (running != nullptr) action(*running, now - since_[range_.index_of(cpu)]);
    };
    // One of a thousand such policies should not touch its set of CPUs.
    if (cpu_count_ == 1) return act(CpuId(static_cast<CpuId::Value>(range_.first)));
    cpus_.for_each(range_, act);
  }

  SchedulerView& view() const { return view_; }
  // Those it cares for; and the range that they lie in.
  unsigned cpu_count() const { return cpu_count_; }
  CpuRange cpu_range() const { return range_; }
  bool allows(const Entity& entity, CpuId cpu) const { return affinities_.allows(entity.affinity, cpu); }
  bool cares_for(CpuId cpu) const { return cpus_.has(cpu); }

 private:
  // A CPU idles from a pick_next that found nothing until something is queued on its behalf: the claim keeps two that
  // wake at one instant from choosing the same idle CPU.
  void claim(CpuId cpu) {
    if (idle_count_ == 0 || !idle_.has(cpu)) return;
    idle_.clear(cpu);
    --idle_count_;
  }
  void release(CpuId cpu) {
    if (idle_count_ == cpu_count_ || idle_.has(cpu)) return;
    idle_.set(cpu);
    ++idle_count_;
  }
  void wake_idle(Instant now);
  void claim_taken();
  void settle(Entity& entity, EnqueueReason why, Instant now);

  // What a decision touches comes first.
  SchedulerView& view_;
  const AffinityTable& affinities_;  // asked at every wake-up
  CpuRange range_;
  unsigned cpu_count_;
  unsigned idle_count_;
  std::uint64_t ready_count_ = 0;
  bool is_preemptive_;
  bool shares_cpus_;
  // By place of the CPU in range_: when its running entity was picked or last accounted.
  boost::container::small_vector<Instant, 1> since_;
  CpuMask cpus_;
  CpuMask idle_;
};

}  // namespace signalbox
