#include <algorithm>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/policies/released_job.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct LaxityState {
  QueuePlace place;
  ReleasedJob job;
  Duration done;  // of this job, as a CPU of full capacity would have taken
  Duration used;  // of its quantum
};

// Least laxity first: among the ready, the one that could wait least before it must run without a break to meet its
// deadline: deadline - now - what is left of its job (Dertouzos and Mok, Multiprocessor On-Line Scheduling of
// Hard-Real-Time Tasks, IEEE TSE 1989; Mok, MIT 1983). The job's length is the runtime its attributes declare, else
// its program's burst. Who has no deadline runs in the background, first come first served.
//
// Laxity less `now` is the latest start, which stands still while one waits: those that wait are in the order of a
// fixed key, and only what runs moves, away from them.
//
// Two of one laxity would take turns of no length. With a quantum, the rest of it is run first, as in the textbooks'
// tables. Without, whoever runs gives way once the first waiting one has both less laxity and the earlier deadline.
// On one CPU that still meets every deadline that can be met: before a span of time fills up with work that is due in
// it, all of that work has less laxity than anything that is due later.
class LeastLaxity final : public GlobalQueuePolicy {
 public:
  LeastLaxity(SchedulerView& view, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()), quantum_(quantum) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<LaxityState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<LaxityState>();
    if (state.job.enqueued(entity, why, now)) state.done = {};
    const std::int64_t key = latest_start(entity, state.job.deadline, state.done).nanoseconds();
    if (why == EnqueueReason::preempted && !is_quantum_over(state)) {
      ready_.insert_before_equals(entity, key);
    } else {
      state.used = {};
      ready_.insert_behind_equals(entity, key);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    auto& state = entity.state<LaxityState>();
    state.done += view().topology().work(cpu, ran);
    state.used += ran;
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity& entity, Instant) override {
    auto& state = entity.state<LaxityState>();
    state.job.is_waiting = true;
    // A burst ends here, a job with a runtime may go on.
    if (entity.attributes.runtime == Duration()) state.done = {};
  }

  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override {
    if (GlobalQueuePolicy::should_preempt(cpu, running, now)) return true;
    // Who came will take over later. Put back and picked again, the running one is asked then: next_decision is read.
    return quantum_ == Duration() && overtaken_at(cpu, running, now) != Instant::max();
  }
  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    if (GlobalQueuePolicy::should_preempt(cpu, running, now)) return Verdict::preempt;
    auto& state = running.state<LaxityState>();
    if (is_quantum_over(state)) state.used = {};
    return Verdict::keep;
  }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override {
    if (quantum_ == Duration()) return overtaken_at(cpu, running, now);
    return now + (quantum_ - running.state<LaxityState>().used);
  }
  void attributes_changed(Entity& entity, Instant now) override {
    entity.state<LaxityState>().job.attributes_changed(entity);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    const auto& state = running.state<LaxityState>();
    if (latest_start_at(ready, now) >= start_of_running(running, now)) return false;
    return quantum_ > Duration() || deadline_at(ready, now) < state.job.deadline;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override {
    return start_of_running(a, now) > start_of_running(b, now);
  }

  bool is_quantum_over(const LaxityState& state) const { return quantum_ > Duration() && state.used >= quantum_; }

  static Instant deadline_at(const Entity& entity, Instant now) {
    return entity.state<LaxityState>().job.deadline_at(entity, now);
  }
  // When it must start at the latest, so that it meets its deadline.
  static Instant latest_start(const Entity& entity, Instant deadline, Duration done) {
    if (deadline == Instant::max()) return deadline;
    const Duration declared = entity.attributes.runtime;
    const Duration whole = declared > Duration() ? declared : entity.expected_burst;
    return deadline - std::max(Duration(), whole - done);
  }
  // Of one that is ready, or wakes now.
  static Instant latest_start_at(const Entity& entity, Instant now) {
    const auto& state = entity.state<LaxityState>();
    const Instant deadline = state.job.deadline_at(entity, now);
    return latest_start(entity, deadline, deadline == state.job.deadline ? state.done : Duration());
  }
  Instant start_of_running(const Entity& running, Instant now) const {
    const auto& state = running.state<LaxityState>();
    const Duration done = state.done + view().topology().work(running.cpu, unaccounted(running, now));
    return latest_start(running, state.job.deadline, done);
  }
  // When `running` will have to give way to the first one that is ready now; never if its job ends before.
  Instant overtaken_at(CpuId cpu, const Entity& running, Instant now) const {
    const Instant deadline = running.state<LaxityState>().job.deadline;
    const Entity* const first = ready_.front(cpu);
    if (first == nullptr || deadline_at(*first, now) >= deadline) return Instant::max();
    const Instant start = start_of_running(running, now);
    const Duration lead = std::max(Duration(), latest_start_at(*first, now) - start);
    if (lead >= deadline - start) return Instant::max();
    const std::int64_t capacity = view().topology().place(cpu).capacity;
    const std::int64_t work = lead.nanoseconds() + 1;
    return now + Duration((work * CpuPlace::full_capacity + capacity - 1) / capacity);
  }

  SharedTree<LaxityState> ready_;
  Duration quantum_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<LeastLaxity>(view, options.get<Duration>("quantum"));
}

}  // namespace

extern const PolicyRow least_laxity_policy;
const PolicyRow least_laxity_policy{
    .name = "least_laxity",
    .summary = "least time to spare before its deadline first; who has none runs in the background",
    .source = "Dertouzos and Mok, IEEE TSE 1989",
    .options = {time_or_off_option("quantum", Duration(), 1_us, 10_s,
                                   "compare laxities at its ends only; off: when laxity and deadline say so")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_deadlines = true,
};

}  // namespace signalbox
