#include "kernel/sched/run_queues.hpp"

#include <map>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

// A queue's timers carry its number above their own cookie; the balancer's carry 0 there.
constexpr unsigned cookie_bits = 32;

// What CPUs of one cluster have in common. A cache or core belongs to one node.
std::uint32_t cluster_of(const CpuPlace& place, CpuId cpu, QueueScope scope) {
  switch (scope) {
    case QueueScope::machine:
      return 0;
    case QueueScope::node:
      return place.node.value();
    case QueueScope::llc:
      return place.llc;
    case QueueScope::core:
      return place.core;
    case QueueScope::cpu:
      return cpu.value();
  }
  std::unreachable();
}

}  // namespace

void RunQueues::View::set_timer(Instant when, std::uint64_t cookie) {
  CHECK(cookie >> cookie_bits == 0, "a policy's own cookies are of 32 bits");
  machine_.set_timer(when, ((std::uint64_t{queue_} + 1) << cookie_bits) | cookie);
}

RunQueues::RunQueues(SchedulerView& machine, QueueScope scope, const MakePolicy& make) : machine_(machine) {
  make_clusters(scope);
  idle_ = CpuMask::first(topology().cpu_count());
  for (Index index = 0; index < count(); ++index) {
    Queue& queue = queues_[index];
    queue.range = queue.cpus.range();
    queue.view = std::make_unique<View>(machine, queue.cpus, index);
    queue.policy = make(*queue.view, index);
  }
}

// Queues are numbered by their lowest CPU.
void RunQueues::make_clusters(QueueScope scope) {
  std::map<std::uint32_t, Index> numbers;
  for (unsigned index = 0; index < topology().cpu_count(); ++index) {
    const CpuId cpu(static_cast<CpuId::Value>(index));
    const auto next = static_cast<Index>(numbers.size());
    const auto [place, is_new] = numbers.try_emplace(cluster_of(topology().place(cpu), cpu, scope), next);
    if (is_new) queues_.emplace_back();
    queues_[place->second].cpus.set(cpu);
    of_cpu_.push_back(place->second);
  }
}

std::size_t RunQueues::running(Index queue) const {
  if (is_of_one_cpu(queue)) return running(first_cpu(queue)) == nullptr ? 0 : 1;
  std::size_t busy = 0;
  cpus(queue).for_each(range(queue), [&](CpuId cpu) { busy += running(cpu) != nullptr ? 1U : 0U; });
  return busy;
}

std::uint64_t RunQueues::load(Index queue) const {
  std::uint64_t weight = queues_[queue].weight;
  if (is_of_one_cpu(queue)) {
    const Entity* const entity = running(first_cpu(queue));
    return entity == nullptr ? weight : weight + entity->weight;
  }
  cpus(queue).for_each(range(queue), [&](CpuId cpu) {
    if (const Entity* const entity = running(cpu)) weight += entity->weight;
  });
  return weight;
}

void RunQueues::enter(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  const Index target = of(cpu);
  if (entity.run_queue != target) change_queue(entity, target, now);
  Queue& queue = queues_[target];
  queue.waiting.push_back(entity);
  queue.weight += entity.weight;
  ++waiting_;
  if (is_realtime(entity.attributes)) ++waiting_realtime_;
  idle_.clear(cpu);
  queue.policy->enqueue(cpu, entity, why, now);
}

void RunQueues::change_queue(Entity& entity, Index target, Instant now) {
  const Index old = std::exchange(entity.run_queue, target);
  ++queues_[target].members;
  if (old == unplaced) return policy(target).join(entity, now);
  --queues_[old].members;
  policy(old).detach(entity, now);
  policy(target).attach(entity, now);
}

void RunQueues::leave(Entity& entity, Instant now) {
  if (is_new(entity)) return;
  --queues_[entity.run_queue].members;
  policy(entity.run_queue).leave(entity, now);
}

void RunQueues::remove(Entity& entity) {
  Queue& queue = queues_[entity.run_queue];
  queue.waiting.erase(Waiting::s_iterator_to(entity));
  queue.weight -= entity.weight;
  --waiting_;
  if (is_realtime(entity.attributes)) --waiting_realtime_;
}

void RunQueues::move(Entity& waiting, Index target, Instant now) {
  Queue& from = queues_[waiting.run_queue];
  remove(waiting);
  from.policy->dequeue(waiting, now);
  const auto cpu = cpus(target).lowest_in(affinities().mask(waiting.affinity), range(target));
  CHECK(cpu.has_value(), "a balancer moves an entity where it may run");
  enter(*cpu, waiting, EnqueueReason::changed, now);
}

RunQueues::Index RunQueues::queue_of_timer(std::uint64_t cookie) const {
  const std::uint64_t number = cookie >> cookie_bits;
  return number == 0 ? count() : static_cast<Index>(number - 1);
}

}  // namespace signalbox
