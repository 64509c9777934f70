#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_fifo.hpp"

namespace signalbox {
namespace {

// How much of its quantum an entity has used.
struct RoundRobinState {
  Duration used;
};

// First come, first served, but for at most a quantum at a time while others wait; then to the tail (Silberschatz,
// Operating System Concepts, chapter CPU Scheduling; Stallings, Operating Systems, chapter Uniprocessor Scheduling).
// Who was put back before its quantum ended keeps the rest of it, at the head, as SCHED_RR does (sched(7)).
class RoundRobin final : public GlobalQueuePolicy {
 public:
  RoundRobin(SchedulerView& view, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), quantum_(quantum) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<RoundRobinState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<RoundRobinState>();
    if (why == EnqueueReason::preempted && state.used < quantum_) {
      ready_.push_front(entity);
    } else {
      state.used = {};
      ready_.push_back(entity);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId, Entity& entity, Duration ran, Instant) override { entity.state<RoundRobinState>().used += ran; }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant) override {
    auto& state = running.state<RoundRobinState>();
    if (state.used < quantum_) return Verdict::keep;
    if (ready_.has_ready(cpu)) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  Duration slice_of(const Entity&) const override { return quantum_; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    return now + (quantum_ - running.state<RoundRobinState>().used);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }

  SharedFifo ready_;
  Duration quantum_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<RoundRobin>(view, options.get<Duration>("quantum"));
}

}  // namespace

extern const PolicyRow round_robin_policy;
const PolicyRow round_robin_policy{
    .name = "round_robin",
    .summary = "first come, first served, a quantum at a time",
    .source = "Silberschatz, Operating System Concepts; Stallings, Operating Systems",
    .options = {quantum_option(10_ms)},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
