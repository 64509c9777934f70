#include "kernel/sched/global_queue_policy.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

GlobalQueuePolicy::GlobalQueuePolicy(SchedulerView& view, OnReady on_ready)
    : view_(view),
      affinities_(view.affinities()),
      range_(view.cpus().range()),
      cpu_count_(view.cpus().count()),
      idle_count_(cpu_count_),
      is_preemptive_(on_ready == OnReady::may_preempt),
      shares_cpus_(view.shares_cpus()),
      since_(range_.size),
      cpus_(view.cpus()),
      idle_(cpus_) {}

bool GlobalQueuePolicy::displaces(const Entity&, const Entity&, Instant) const { return false; }
bool GlobalQueuePolicy::yields_before(const Entity&, const Entity&, Instant) const { return false; }

// CPUs that another class has taken since they found nobody here.
void GlobalQueuePolicy::claim_taken() {
  idle_.for_each(range_, [this](CpuId cpu) {
    if (view_.is_taken(cpu)) claim(cpu);
  });
}

CpuId GlobalQueuePolicy::select_cpu(const Entity& entity, Instant now) {
  if (shares_cpus_) claim_taken();
  const bool may_stay = cpus_.has(entity.cpu) && affinities_.allows(entity.affinity, entity.cpu);
  const CpuMask& allowed = affinities_.mask(entity.affinity);
  if (idle_count_ != 0) {
    if (may_stay && idle_.has(entity.cpu)) return entity.cpu;
    if (const auto idle = idle_.lowest_in(allowed, range_)) return *idle;
  }
  if (is_preemptive_) {
    if (const auto busy = victim(entity, now)) return *busy;
  }
  if (may_stay) return entity.cpu;
  const auto lowest = cpus_.lowest_in(allowed, range_);
  CHECK(lowest.has_value(), "an entity is selected for among the CPUs it may run on");
  return *lowest;
}

bool GlobalQueuePolicy::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  if (!is_preemptive_) return false;
  const Entity* const best = first_ready(cpu, now);
  return best != nullptr && displaces(*best, running, now);
}

void GlobalQueuePolicy::attributes_changed(Entity& entity, Instant now) {
  if (view_.running(entity.cpu) == &entity && should_preempt(entity.cpu, entity, now)) {
    view_.kick(entity.cpu, Kick::preempt);
  }
}

void GlobalQueuePolicy::cpu_changed(CpuId, Instant now) {
  if (ready_count_ != 0) wake_idle(now);
}

// Where masks differ, a CPU may pick another than the one that claimed it, and leave that one to a CPU that idles.
void GlobalQueuePolicy::wake_idle(Instant now) {
  idle_.for_each(range_, [&](CpuId cpu) {
    if (!affinities_.online().has(cpu) || first_ready(cpu, now) == nullptr) return;
    claim(cpu);
    view_.kick(cpu, Kick::idle);
  });
}

// Who is queued without select_cpu may still have a CPU elsewhere: one that idles, or, once masks differ, one that runs
// somebody lesser.
void GlobalQueuePolicy::settle(Entity& entity, EnqueueReason why, Instant now) {
  const CpuMask& allowed = affinities_.mask(entity.affinity);
  if (const auto idle = idle_count_ == 0 ? std::nullopt : idle_.lowest_in(allowed, range_)) {
    claim(*idle);
    view_.kick(*idle, Kick::idle);
    return;
  }
  const bool masks_differ = affinities_.size() > 1;
  if (why != EnqueueReason::changed && !masks_differ) return;
  if (!is_preemptive_) return;
  if (const auto busy = victim(entity, now)) view_.kick(*busy, Kick::preempt);
}

std::optional<CpuId> GlobalQueuePolicy::victim(const Entity& entity, Instant now) const {
  const Entity* worst = nullptr;
  cpus_.for_each(range_, [&](CpuId cpu) {
    const Entity* const running = view_.running(cpu);
    if (running == nullptr || running == &entity || !allows(entity, cpu)) return;
    if (worst == nullptr || yields_before(*running, *worst, now)) worst = running;
  });
  if (worst == nullptr || !displaces(entity, *worst, now)) return std::nullopt;
  return worst->cpu;
}

}  // namespace signalbox
