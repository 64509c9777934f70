#include "kernel/sched/policies/shortest_first.hpp"

#include <algorithm>

namespace signalbox {

ShortestFirst::ShortestFirst(SchedulerView& view, OnShorter on_shorter, BurstPrediction prediction)
    : GlobalQueuePolicy(view, on_shorter == OnShorter::takes_over ? OnReady::may_preempt : OnReady::waits),
      ready_(view.affinities(), cpu_range()),
      prediction_(prediction) {}

void ShortestFirst::join(Entity& entity, Instant) {
  entity.emplace_state<ShortestFirstState>().burst = prediction_.first();
}

void ShortestFirst::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  const std::int64_t key = remaining(entity).nanoseconds();
  if (why == EnqueueReason::preempted) {
    ready_.insert_before_equals(entity, key);
  } else {
    ready_.insert_behind_equals(entity, key);
  }
  note_queued(cpu, entity, why, now);
}

void ShortestFirst::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  entity.state<ShortestFirstState>().burst.done += view().topology().work(cpu, ran);
  note_accounted(cpu, now);
}

void ShortestFirst::blocked(CpuId, Entity& entity, Instant) {
  BurstPrediction::end(entity.state<ShortestFirstState>().burst);
}

Verdict ShortestFirst::decide(CpuId cpu, Entity& running, Instant now) {
  return should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
}

bool ShortestFirst::displaces(const Entity& ready, const Entity& running, Instant now) const {
  return remaining(ready) < remaining_of_running(running, now);
}

bool ShortestFirst::yields_before(const Entity& a, const Entity& b, Instant now) const {
  return remaining_of_running(a, now) > remaining_of_running(b, now);
}

Duration ShortestFirst::remaining_of_running(const Entity& running, Instant now) const {
  const Duration done = view().topology().work(running.cpu, unaccounted(running, now));
  return std::max(Duration(), remaining(running) - done);
}

}  // namespace signalbox
