#include "kernel/sched/policies/monotonic.hpp"

#include "kernel/sched/policies/released_job.hpp"

namespace signalbox {

void Monotonic::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  const std::int64_t key = urgency(entity).nanoseconds();
  if (why == EnqueueReason::preempted) {
    ready_.insert_before_equals(entity, key);
  } else {
    ready_.insert_behind_equals(entity, key);
  }
  note_queued(cpu, entity, why, now);
}

Duration Monotonic::urgency(const Entity& entity) const {
  const SchedAttributes& attributes = entity.attributes;
  const bool goes_by_period = by_ == By::period && attributes.period > Duration();
  const Duration length = goes_by_period ? attributes.period : relative_deadline(attributes);
  return length > Duration() ? length : Duration::max();
}

}  // namespace signalbox
