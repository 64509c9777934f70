#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/eligibility_queue.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/eevdf_competition.hpp"

namespace signalbox {

// What an entity of Eevdf remembers. Virtual times are nanoseconds at weight 1024.
struct EevdfState {
  EligibilityNode node;
  std::uint64_t arrival = 0;  // its order when it came; running: the last order when it was picked or kept
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
  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  // fair.c, get_rr_interval_fair.
  Duration slice_of(const Entity& entity) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  void woken_within(Entity& group) override;
  void detach(Entity& entity, Instant now) override;
  bool is_delayed(const Entity& entity) const override { return entity.state<EevdfState>().is_delayed; }
  const Entity* peek(CpuId cpu, std::size_t k) const override;

 private:
  static EevdfState& state_of(Entity& entity) { return entity.state<EevdfState>(); }
  static const EevdfState& state_of(const Entity& entity) { return entity.state<EevdfState>(); }

  const Entity* first_ready(CpuId cpu, Instant) const override { return best(cpu, competitors()); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override;
  bool displaces(const Entity& ready, const Entity& running, const VruntimeSum& all, const Entity* leaving,
                 Instant now) const;
  std::optional<CpuId> victim(const Entity& entity, Instant now) const override;
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override;

  // Of those that `cpu` may take; `all` are the competitors.
  [[gnu::noinline]] Entity* best(CpuId cpu, const VruntimeSum& all) const;
  Entity* take_best(CpuId cpu, const VruntimeSum& all);
  // Of best for `cpu` and the running one, the running one stays (fair.c, pick_eevdf).
  bool stays(CpuId cpu, const Entity& running) const;

  // Whose average counts, as far as accounted. `leaving` has left its CPU, and is still counted as running.
  [[gnu::always_inline]] VruntimeSum competitors(const Entity* leaving = nullptr) const {
    if (competition_.all_that_run_count()) return competition_.everybody();
    if (competition_.must_be_searched()) return search_competitors();
    return leaving == nullptr ? competition_.sum() : competition_.sum(sum_of(state_of(*leaving)));
  }
  [[gnu::noinline]] void renew_deadline(Entity& entity);
  [[gnu::noinline]] VruntimeSum search_competitors() const;
  // Their average at this instant, with what the running ones have not been accounted yet.
  [[gnu::always_inline]] VruntimeSum at_instant(const VruntimeSum& all, Instant now, const Entity* leaving) const {
    if (!competition_.knows_unaccounted()) return competition_.nobody_runs() ? all : search_unaccounted(all, now);
    VruntimeSum sum = all;
    sum.advance(competition_.unaccounted(now, leaving == nullptr ? Duration() : unaccounted(*leaving, now)),
                nice_0_weight);
    return sum;
  }
  [[gnu::noinline]] VruntimeSum search_unaccounted(const VruntimeSum& all, Instant now) const;
  std::int64_t average_at(Instant now, const Entity* leaving = nullptr) const;
  static VruntimeSum sum_of(const EevdfState& state) { return {state.node.vruntime, state.weight}; }
  static bool is_running(const EevdfState& state) { return state.is_competing && !state.is_queued; }

  std::int64_t virtual_slice(const Entity& entity) const;
  std::int64_t lag_limit(const Entity& entity) const;
  std::int64_t vruntime_of_placed(const EevdfState& state, const VruntimeSum& all, Instant now,
                                  const Entity* leaving) const;
  void take_weight(Entity& entity);
  void place(Entity& entity, bool is_new, Instant now);
  void save_lag(Entity& entity, std::int64_t average);
  static void make_deadline_relative(EevdfState& state);

  // Those three leave it to keep_average to remember an average, once nobody competes any more.
  void start_running(CpuId cpu, const Entity& entity, Instant since);
  void stop_running(const Entity& entity);
  const Entity* worst_running(const Entity& entity) const;
  void stop_competing(Entity& entity, std::int64_t average);
  void keep_average(std::int64_t average);
  void take_out(Entity& entity);

  // Delayed dequeue.
  void delay(Entity& entity);
  [[gnu::noinline]] void wake_delayed(Entity& entity, Instant now);
  std::int64_t lag_of_delayed(const Entity& entity, Instant now) const;
  [[gnu::noinline]] void cancel_delay(Entity& entity, Instant now);
  void end_delay(Entity& entity, std::int64_t lag);
  void end_delays_before(const Entity* ready, const Entity* running, VruntimeSum all);

  ByAffinity<EligibilityQueue> ready_;
  EligibilityQueue delayed_;  // they count as waiting too
  // By place of the CPU in its range, as far as they run here: the view would be asked by a virtual call for each.
  boost::container::small_vector<const Entity*, 1> running_;
  Duration base_slice_;
  Duration tick_;
  bool delays_dequeue_;
  EevdfCompetition competition_;
  std::int64_t last_average_ = 0;  // kept for when nobody competes
  std::uint64_t last_order_ = 0;
};

}  // namespace signalbox
