#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/entity.hpp"

namespace signalbox {

// One queue for all CPUs that respects affinity exactly: a sub-queue for each distinct mask, and a CPU looks at those
// whose mask has it. Masks are few; with none but "all CPUs" in use there is one sub-queue and no search.
template <class Queue>
class ByAffinity {
 public:
  ByAffinity(const AffinityTable& affinities, CpuRange cpus) : affinities_(affinities), cpus_(cpus) {}
  ByAffinity(const ByAffinity&) = delete;
  ByAffinity& operator=(const ByAffinity&) = delete;

  Queue& of(const Entity& entity) {
    if (entity.affinity == AffinityId()) return everywhere_;
    if (entity.affinity.value() >= all().size()) add_until(entity.affinity);
    return *all_[entity.affinity.value()];
  }

  // Every sub-queue, by ascending affinity id.
  std::span<Queue* const> all() const { return is_single_ ? std::span<Queue* const>(alone_) : all_; }
  // There is none but the one of "all CPUs".
  bool is_single() const { return is_single_; }
  Queue& shared() { return everywhere_; }
  const Queue& shared() const { return everywhere_; }
  // The sub-queues that `cpu` may take from, by ascending affinity id.
  std::span<Queue* const> of_cpu(CpuId cpu) const {
    return is_single_ ? std::span<Queue* const>(alone_) : of_cpu_[cpus_.index_of(cpu)];
  }

  // The sub-queue for `cpu` whose front comes before all others'; null if all are empty.
  template <class FrontBefore>
  Queue* best(CpuId cpu, FrontBefore front_before) const {
    if (is_single_) return everywhere_.empty() ? nullptr : alone_[0];
    Queue* best = nullptr;
    for (Queue* const queue : of_cpu(cpu)) {
      if (!queue->empty() && (best == nullptr || front_before(*queue, *best))) best = queue;
    }
    return best;
  }

  // The one sub-queue for `cpu` that holds anything; null if none or several do.
  const Queue* only(CpuId cpu) const {
    if (is_single_) return everywhere_.empty() ? nullptr : alone_[0];
    const Queue* found = nullptr;
    for (const Queue* const queue : of_cpu(cpu)) {
      if (queue->empty()) continue;
      if (found != nullptr) return nullptr;
      found = queue;
    }
    return found;
  }

 private:
  [[gnu::noinline]] void add_until(AffinityId last) {
    if (is_single_) {
      is_single_ = false;
      all_.push_back(&everywhere_);
      of_cpu_.assign(cpus_.size, {&everywhere_});
    }
    while (all_.size() <= last.value()) {
      const CpuMask& mask = affinities_.asked(AffinityId(static_cast<AffinityId::Value>(all_.size())));
      Queue* const added = others_.emplace_back(std::make_unique<Queue>()).get();
      all_.push_back(added);
      for (unsigned index = 0; index < cpus_.size; ++index) {
        if (mask.has(CpuId(static_cast<CpuId::Value>(cpus_.first + index)))) of_cpu_[index].push_back(added);
      }
    }
  }

  // A machine may have three of these for each of a thousand CPUs, so what is always needed lies together, and nothing
  // else takes room before it is used.
  bool is_single_ = true;  // no other than that of "all CPUs" is in use: the usual case, which searches nothing
  Queue everywhere_{};
  std::array<Queue*, 1> alone_{&everywhere_};
  const AffinityTable& affinities_;
  CpuRange cpus_;
  std::vector<std::unique_ptr<Queue>> others_;
  std::vector<Queue*> all_;
  std::vector<std::vector<Queue*>> of_cpu_;
};

}  // namespace signalbox
