#include "kernel/sched/global_queue_policy.hpp"

#include <bit>

namespace signalbox {
namespace {

CpuId lowest_of(const CpuMask& mask) {
  for (unsigned index = 0;; ++index) {
    if (mask.word(index) == 0) continue;
    const unsigned bit = static_cast<unsigned>(std::countr_zero(mask.word(index)));
    return CpuId(static_cast<CpuId::Value>(index * CpuMask::word_bits + bit));
  }
}

}  // namespace

GlobalQueuePolicy::GlobalQueuePolicy(SchedulerView& view, OnReady on_ready)
    : view_(view),
      affinities_(view.affinities()),
      is_preemptive_(on_ready == OnReady::may_preempt),
      cpu_count_(view.topology().cpu_count()),
      idle_count_(cpu_count_),
      idle_(CpuMask::first(cpu_count_)),
      since_(cpu_count_) {}

bool GlobalQueuePolicy::displaces(const Entity&, const Entity&, Instant) const { return false; }
bool GlobalQueuePolicy::yields_before(const Entity&, const Entity&, Instant) const { return false; }

CpuId GlobalQueuePolicy::select_cpu(const Entity& entity, Instant now) {
  const bool may_stay = affinities_.allows(entity.affinity, entity.cpu);
  if (idle_count_ != 0) {
    if (may_stay && idle_.has(entity.cpu)) return entity.cpu;
    if (const auto idle = lowest_idle(entity)) return *idle;
  }
  if (is_preemptive_) {
    if (const auto busy = victim(entity, now)) return *busy;
  }
  return may_stay ? entity.cpu : lowest_of(affinities_.mask(entity.affinity));
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

// Where masks differ, a CPU may pick another than the one that claimed it, and leave that one to a CPU that idles.
void GlobalQueuePolicy::wake_idle(Instant now) {
  for (unsigned index = 0; index * CpuMask::word_bits < cpu_count_; ++index) {
    for (std::uint64_t left = idle_.word(index); left != 0; left &= left - 1) {
      const auto bit = static_cast<unsigned>(std::countr_zero(left));
      const CpuId cpu(static_cast<CpuId::Value>(index * CpuMask::word_bits + bit));
      if (first_ready(cpu, now) == nullptr) continue;
      claim(cpu);
      view_.kick(cpu, Kick::idle);
    }
  }
}

// Who is queued without select_cpu may still have a CPU elsewhere: one that idles, or, once masks differ, one that runs
// somebody lesser.
void GlobalQueuePolicy::settle(Entity& entity, EnqueueReason why, Instant now) {
  if (const auto idle = idle_count_ == 0 ? std::nullopt : lowest_idle(entity)) {
    claim(*idle);
    view_.kick(*idle, Kick::idle);
    return;
  }
  const bool masks_differ = affinities_.size() > 1;
  if (why != EnqueueReason::changed && !masks_differ) return;
  if (!is_preemptive_) return;
  if (const auto busy = victim(entity, now)) view_.kick(*busy, Kick::preempt);
}

std::optional<CpuId> GlobalQueuePolicy::lowest_idle(const Entity& entity) const {
  const CpuMask& allowed = affinities_.mask(entity.affinity);
  for (unsigned index = 0; index * CpuMask::word_bits < cpu_count_; ++index) {
    const std::uint64_t idle = idle_.word(index) & allowed.word(index);
    if (idle == 0) continue;
    const unsigned bit = static_cast<unsigned>(std::countr_zero(idle));
    return CpuId(static_cast<CpuId::Value>(index * CpuMask::word_bits + bit));
  }
  return std::nullopt;
}

std::optional<CpuId> GlobalQueuePolicy::victim(const Entity& entity, Instant now) const {
  const Entity* worst = nullptr;
  CpuId place;
  for (unsigned index = 0; index < cpu_count_; ++index) {
    const CpuId cpu(static_cast<CpuId::Value>(index));
    const Entity* const running = view_.running(cpu);
    if (running == nullptr || running == &entity || !affinities_.allows(entity.affinity, cpu)) continue;
    if (worst != nullptr && !yields_before(*running, *worst, now)) continue;
    worst = running;
    place = cpu;
  }
  if (worst == nullptr || !displaces(entity, *worst, now)) return std::nullopt;
  return place;
}

}  // namespace signalbox
