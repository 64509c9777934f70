#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/policies/released_job.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

struct EdfState {
  QueuePlace place;
  ReleasedJob job;
};

// Earliest deadline first: among the ready, the one whose absolute deadline is nearest (Liu and Layland, Scheduling
// Algorithms for Multiprogramming in a Hard-Real-Time Environment, JACM 1973); on several CPUs, global EDF.
// Who has no deadline runs in the background, first come first served.
class Edf final : public GlobalQueuePolicy {
 public:
  explicit Edf(SchedulerView& view)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<EdfState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& job = entity.state<EdfState>().job;
    job.enqueued(entity, why, now);
    if (why == EnqueueReason::preempted) {
      ready_.insert_before_equals(entity, job.deadline.nanoseconds());
    } else {
      ready_.insert_behind_equals(entity, job.deadline.nanoseconds());
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity& entity, Instant) override { entity.state<EdfState>().job.is_waiting = true; }
  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    return should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
  }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }
  void attributes_changed(Entity& entity, Instant now) override {
    entity.state<EdfState>().job.attributes_changed(entity);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  Instant deadline_of(const Entity& entity) const override { return entity.state<EdfState>().job.deadline; }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    return ready.state<EdfState>().job.deadline_at(ready, now) < running.state<EdfState>().job.deadline;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return a.state<EdfState>().job.deadline > b.state<EdfState>().job.deadline;
  }

  SharedTree<EdfState> ready_;
};

}  // namespace

extern const PolicyRow edf_policy;
const PolicyRow edf_policy{
    .name = "edf",
    .summary = "earliest absolute deadline first; who has none runs in the background",
    .source = "Liu and Layland, JACM 1973",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make_of_view<Edf>,
    .heeds_deadlines = true,
};

}  // namespace signalbox
