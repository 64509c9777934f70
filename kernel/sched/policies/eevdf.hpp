#pragma once

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/eligibility_tree.hpp"
#include "kernel/sched/global_queue_policy.hpp"

namespace signalbox {

__extension__ using WideSum = __int128;

// What an entity of Eevdf remembers. Virtual times are nanoseconds at weight 1024.
struct EevdfState {
  EligibilityNode node;
  std::int64_t lag = 0;       // while it does not compete: how far its vruntime was behind the average
  std::uint32_t weight = 0;   // it competes with, or competed with when the lag was taken
  std::uint32_t inverse = 0;  // inverse_weight(weight)
  bool is_competing = false;  // queued or running
  bool is_queued = false;
  bool is_delayed = false;            // queued, but asleep: until its lag is made up
  bool is_protected = false;          // runs, and has not come to the end of the slice it was picked for
  bool has_run = false;               // runs, and was accounted some time since it was picked
  bool is_slice_over = false;         // runs, and its deadline was renewed since it was picked
  bool is_deadline_relative = false;  // the deadline was saved as a distance from vruntime
};

// Sums over a set of entities that give their average vruntime.
class VruntimeSum {
 public:
  void add(std::int64_t vruntime, std::uint32_t weight) {
    weighted_ += WideSum{vruntime} * weight;
    load_ += weight;
  }
  void remove(std::int64_t vruntime, std::uint32_t weight) {
    weighted_ -= WideSum{vruntime} * weight;
    load_ -= weight;
  }
  // One of this weight has run on.
  void advance(Duration virtual_span, std::uint32_t weight) {
    weighted_ += WideSum{virtual_span.nanoseconds()} * weight;
  }
  VruntimeSum operator+(const VruntimeSum& other) const {
    VruntimeSum both = *this;
    both.weighted_ += other.weighted_;
    both.load_ += other.load_;
    return both;
  }
  std::int64_t load() const { return load_; }
  // At or below the average, without division (fair.c, vruntime_eligible).
  bool reaches(std::int64_t vruntime) const { return weighted_ >= WideSum{vruntime} * load_; }
  // Rounded down. Requires a load.
  std::int64_t average() const {
    const WideSum quotient = weighted_ / load_;
    return static_cast<std::int64_t>(weighted_ % load_ < 0 ? quotient - 1 : quotient);
  }

 private:
  WideSum weighted_ = 0;
  std::int64_t load_ = 0;
};

// Earliest eligible virtual deadline first, by the rules of Linux 6.12 (kernel/sched/fair.c) as far as one queue for
// all CPUs goes: lag is kept over a wait, clamped, and inflated on placement; who is picked runs until its slice is
// used up (RUN_TO_PARITY) unless a shorter slice is due (PREEMPT_SHORT); yielding renews the deadline. Who falls asleep
// ahead of its share goes on competing until it would be picked, and so pays for it (DELAY_DEQUEUE); its lag is then at
// most 0 (DELAY_ZERO).
//
// Differences, both of the one queue: on several CPUs the average V leaves out the running entities that have more
// weight than a CPU's share, because such a one runs always, falls behind for ever, and would make everybody else
// ineligible; and where affinity leaves a CPU nobody eligible, it takes the one nearest to being so rather than idle.
class Eevdf final : public GlobalQueuePolicy {
 public:
  enum class DelayDequeue : bool { off, on };
  Eevdf(SchedulerView& view, Duration base_slice, Duration tick, DelayDequeue delay_dequeue = DelayDequeue::on);

  void join(Entity& entity, Instant now) override;
  void leave(Entity& entity, Instant now) override;
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  void throttled(CpuId cpu, Entity& entity, Instant now) override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  // fair.c, get_rr_interval_fair.
  Duration slice_of(const Entity& entity) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  void detach(Entity& entity, Instant now) override;
  bool is_delayed(const Entity& entity) const override { return entity.state<EevdfState>().is_delayed; }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return k == 0 ? best(cpu) : nullptr; }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return best(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override;
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override;

  Entity* best(CpuId cpu) const;
  // Of best for `cpu` and the running one, the running one stays (fair.c, pick_eevdf).
  bool stays(CpuId cpu, const Entity& running) const;

  // Whose average counts, as far as accounted.
  VruntimeSum competitors() const;
  bool can_have_its_share(const EevdfState& state) const;
  static bool is_running(const EevdfState& state) { return state.is_competing && !state.is_queued; }
  // The average at this instant, with what the running ones have not been accounted yet.
  std::int64_t average(Instant now) const;
  std::int64_t virtual_slice(const Entity& entity) const;
  std::int64_t lag_limit(const Entity& entity) const;
  std::int64_t inflated_lag(const Entity& entity) const;
  void place(Entity& entity, bool is_new, Instant now);
  void save_lag(Entity& entity, Instant now);
  void stop_competing(Entity& entity, Instant now);
  static void make_deadline_relative(EevdfState& state);
  void insert(Entity& entity);
  void take_out(Entity& entity, Instant now);

  // Delayed dequeue.
  void delay(Entity& entity);
  void wake_delayed(Entity& entity, Instant now);
  void end_delay(Entity& entity, std::int64_t average);
  void end_delays_before(const Entity* ready, const Entity* running, Instant now);

  ByAffinity<EligibilityTree> ready_;
  EligibilityTree delayed_;  // they count in queued_ too
  Duration base_slice_;
  Duration tick_;
  bool delays_dequeue_;
  VruntimeSum queued_;
  VruntimeSum running_;
  std::uint32_t heaviest_ = 0;     // no weight was greater
  std::int64_t last_average_ = 0;  // kept for when nobody competes
  std::uint64_t last_order_ = 0;
};

}  // namespace signalbox
