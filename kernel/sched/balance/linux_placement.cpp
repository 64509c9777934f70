// Where a thread goes that wakes up or is new: the first half of LinuxDomains.
#include "kernel/sched/balance/linux_domains.hpp"
#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {

CpuId LinuxDomains::select_cpu(const Entity& entity, Instant) {
  if (is_realtime(entity.attributes)) {
    if (const auto cpu = least_urgent(entity)) return *cpu;
    return home_cpu(queues_, entity);
  }
  return RunQueues::is_new(entity) ? select_new(entity) : select_fair(entity);
}

// fair.c, select_task_rq_fair, its fast path.
CpuId LinuxDomains::select_fair(const Entity& entity) const {
  const CpuId last = entity.cpu;
  const Entity* const waker = queues_.waker();
  CpuId target = last;
  if (waker != nullptr && allows(entity, waker->cpu)) target = wake_affine(entity, waker->cpu, last);
  if (const IdleCpu idle = idle_sibling(entity, target)) return *idle;
  return allows(entity, target) ? target : least_loaded(entity);
}

// fair.c, sched_balance_find_dst_cpu: near its creator first, then anywhere.
CpuId LinuxDomains::select_new(const Entity& entity) const {
  const Entity* const maker = queues_.waker();
  if (maker != nullptr) {
    if (const IdleCpu near = idle_sibling(entity, maker->cpu)) return *near;
  }
  if (domains_.is_asymmetric()) {
    if (const IdleCpu fitting = idle_of_capacity(entity, queues_.idle())) return *fitting;
  }
  if (const IdleCpu idle = idle_cpu(queues_, entity)) return *idle;
  return least_loaded(entity);
}

// fair.c, wake_affine_idle and wake_affine_weight.
CpuId LinuxDomains::wake_affine(const Entity& entity, CpuId waker, CpuId last) const {
  if (is_idle(last)) return last;
  const Queue here = queues_.of(waker);
  const Queue there = queues_.of(last);
  const std::uint64_t load_here = scaled_load(here) + entity.weight;
  // sched_balance: half of what the imbalance allows in favour of where it was.
  return load_here * 100 < scaled_load(there) * 108 ? waker : last;
}

// fair.c, select_idle_sibling.
LinuxDomains::IdleCpu LinuxDomains::idle_sibling(const Entity& entity, CpuId target) const {
  if (domains_.is_asymmetric()) return idle_of_capacity(entity, queues_.idle());
  if (allows(entity, target) && is_idle(target)) return target;
  const CpuId last = entity.cpu;
  const bool is_near = !RunQueues::is_new(entity) && domains_.share_cache(last, target);
  if (is_near && allows(entity, last) && is_idle(last)) return last;
  if (domains_.has_smt()) {
    // select_idle_core
    IdleCpu whole;
    domains_.cache(target).for_each(queues_.range(), [&](CpuId cpu) {
      if (whole || !is_idle(cpu) || !allows(entity, cpu)) return;
      const CpuMask& core = domains_.core(cpu);
      if ((core & queues_.idle()) == core) whole = cpu;
    });
    if (whole) return whole;
  }
  const CpuMask& allowed = queues_.affinities().mask(entity.affinity);
  return (domains_.cache(target) & queues_.idle()).lowest_in(allowed, queues_.range());
}

// fair.c, select_idle_capacity: the first idle CPU it fits, else the biggest idle one.
LinuxDomains::IdleCpu LinuxDomains::idle_of_capacity(const Entity& entity, const CpuMask& among) const {
  IdleCpu fitting;
  IdleCpu biggest;
  const auto look = [&](CpuId cpu) {
    if (!is_idle(cpu) || !allows(entity, cpu)) return;
    if (!fitting && fits(entity, cpu)) fitting = cpu;
    if (!biggest || capacity(cpu) > capacity(*biggest)) biggest = cpu;
  };
  // Where it ran last comes first.
  if (!RunQueues::is_new(entity) && among.has(entity.cpu)) look(entity.cpu);
  among.for_each(queues_.range(), look);
  return fitting ? fitting : biggest;
}

CpuId LinuxDomains::least_loaded(const Entity& entity) const {
  std::optional<CpuId> least;
  queues_.affinities().mask(entity.affinity).for_each(queues_.range(), [&](CpuId cpu) {
    if (!least || scaled_load(queues_.of(cpu)) < scaled_load(queues_.of(*least))) least = cpu;
  });
  return *least;
}

}  // namespace signalbox
