#include "kernel/sched/balance/placement.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

CpuId cpu_in(const RunQueues& queues, RunQueues::Index queue, const Entity& entity) {
  const CpuMask& allowed = queues.affinities().mask(entity.affinity);
  const auto cpu = queues.cpus(queue).lowest_in(allowed, queues.range(queue));
  CHECK(cpu.has_value(), "the queue has a CPU that the entity may run on");
  return *cpu;
}

CpuId home_cpu(const RunQueues& queues, const Entity& entity) {
  if (!RunQueues::is_new(entity) && queues.allows(entity, entity.run_queue)) {
    const bool was_there = queues.of(entity.cpu) == entity.run_queue;
    const bool may_stay = was_there && queues.affinities().allows(entity.affinity, entity.cpu);
    return may_stay ? entity.cpu : cpu_in(queues, entity.run_queue, entity);
  }
  RunQueues::Index best = RunQueues::unplaced;
  for (RunQueues::Index queue = 0; queue < queues.count(); ++queue) {
    if (!queues.allows(entity, queue)) continue;
    if (best == RunQueues::unplaced || queues.members(queue) < queues.members(best)) best = queue;
  }
  CHECK(best != RunQueues::unplaced, "an affinity names a CPU of the machine");
  return cpu_in(queues, best, entity);
}

std::optional<CpuId> idle_cpu(const RunQueues& queues, const Entity& entity) {
  return queues.idle().lowest_in(queues.affinities().mask(entity.affinity), queues.range());
}

}  // namespace signalbox
