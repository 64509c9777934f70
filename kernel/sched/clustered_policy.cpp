#include "kernel/sched/clustered_policy.hpp"

namespace signalbox {
namespace {

// A new entity counts as half busy until it shows what it does (kernel/sched/fair.c, post_init_entity_util_avg, gives
// it half of what is spare).
constexpr std::uint32_t unknown_utilisation = PeltAverage::full / 2;

}  // namespace

ClusteredPolicy::ClusteredPolicy(SchedulerView& machine, QueueScope scope, const RunQueues::MakePolicy& make,
                                 const BalancerRow& balancer)
    : queues_(machine, scope, make), balancer_(balancer.make(queues_)) {}

void ClusteredPolicy::join(Entity& entity, Instant now) {
  entity.run_queue = RunQueues::unplaced;
  entity.utilisation.start(now, unknown_utilisation);
}

void ClusteredPolicy::leave(Entity& entity, Instant now) { queues_.leave(entity, now); }

// Who is delayed in its queue wakes up in it (kernel/sched/core.c, ttwu_runnable).
bool ClusteredPolicy::stays(const Entity& entity) const {
  return !RunQueues::is_new(entity) && queues_.policy(entity.run_queue).is_delayed(entity) &&
         queues_.allows(entity, entity.run_queue);
}

CpuId ClusteredPolicy::select_cpu(const Entity& entity, Instant now) {
  if (stays(entity)) return queues_.policy(entity.run_queue).select_cpu(entity, now);
  const CpuId wanted = balancer_->select_cpu(entity, now);
  const RunQueues::Index queue = queues_.of(wanted);
  return queues_.is_of_one_cpu(queue) ? wanted : queues_.policy(queue).select_cpu(entity, now);
}

void ClusteredPolicy::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  queues_.enter(cpu, entity, why, now);
  balancer_->queued(entity, now);
}

void ClusteredPolicy::dequeue(Entity& entity, Instant now) {
  queues_.remove(entity);
  queues_.policy(entity.run_queue).dequeue(entity, now);
}

Entity* ClusteredPolicy::pick_next(CpuId cpu, Instant now) {
  balancer_->before_pick(cpu, now);
  Entity* next = of(cpu).pick_next(cpu, now);
  if (next == nullptr) {
    balancer_->newly_idle(cpu, now);
    if (queues_.waiting(queues_.of(cpu)) != 0) next = of(cpu).pick_next(cpu, now);
  }
  if (next == nullptr) {
    queues_.set_idle(cpu);
  } else {
    queues_.remove(*next);
    queues_.set_busy(cpu);
  }
  balancer_->picked(cpu, now);
  return next;
}

// A wake-up interrupts the CPU it is for, and no other (kernel/sched/core.c, ttwu_queue, and resched_curr).
bool ClusteredPolicy::idle_looks_again() const {
  return queues_.count() != queues_.topology().cpu_count() || balancer_->idle_looks_again();
}

void ClusteredPolicy::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  entity.utilisation.idle_until(now - ran);
  entity.utilisation.ran_until(now, queues_.topology().place(cpu).capacity);
  of(cpu).account(cpu, entity, ran, now);
}

void ClusteredPolicy::blocked(CpuId cpu, Entity& entity, Instant now) { of(cpu).blocked(cpu, entity, now); }

bool ClusteredPolicy::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  return of(cpu).should_preempt(cpu, running, now);
}

Verdict ClusteredPolicy::decide(CpuId cpu, Entity& running, Instant now) { return of(cpu).decide(cpu, running, now); }

Instant ClusteredPolicy::next_decision(CpuId cpu, const Entity& running, Instant now) const {
  return of(cpu).next_decision(cpu, running, now);
}

Duration ClusteredPolicy::slice_of(const Entity& entity) const {
  return RunQueues::is_new(entity) ? Duration() : queues_.policy(entity.run_queue).slice_of(entity);
}

void ClusteredPolicy::attributes_changed(Entity& entity, Instant now) {
  if (!RunQueues::is_new(entity)) queues_.policy(entity.run_queue).attributes_changed(entity, now);
}

// sched_balance_push_cpu_stop (kernel/sched/core.c, balance_push): who waits on a CPU that goes is pushed elsewhere.
void ClusteredPolicy::cpu_changed(CpuId cpu, Instant now) {
  balancer_->cpus_changed();
  while (Entity* const entity = queues_.find_stranded(queues_.of(cpu))) {
    queues_.move(*entity, queues_.of(balancer_->select_cpu(*entity, now)), now);
    balancer_->queued(*entity, now);
  }
  of(cpu).cpu_changed(cpu, now);
}

Instant ClusteredPolicy::deadline_of(const Entity& entity) const {
  return RunQueues::is_new(entity) ? Instant::max() : queues_.policy(entity.run_queue).deadline_of(entity);
}

void ClusteredPolicy::timer(std::uint64_t cookie, Instant now) {
  const RunQueues::Index queue = queues_.queue_of_timer(cookie);
  if (queue == queues_.count()) return balancer_->timer(now);
  queues_.policy(queue).timer(RunQueues::cookie_of_timer(cookie), now);
}

const Entity* ClusteredPolicy::peek(CpuId cpu, std::size_t k) const { return of(cpu).peek(cpu, k); }

}  // namespace signalbox
