#pragma once

#include <cstddef>
#include <deque>
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
  ByAffinity(const AffinityTable& affinities, CpuRange cpus)
      : affinities_(affinities),
        cpus_(cpus),
        queues_(1),
        shared_(queues_.front()),
        of_cpu_(cpus.size, std::vector<Queue*>{&shared_}) {}
  ByAffinity(const ByAffinity&) = delete;
  ByAffinity& operator=(const ByAffinity&) = delete;

  Queue& of(const Entity& entity) {
    if (entity.affinity == AffinityId()) return shared_;
    if (entity.affinity.value() >= queues_.size()) add_until(entity.affinity);
    return queues_[entity.affinity.value()];
  }

  // Every sub-queue, by ascending affinity id.
  const std::deque<Queue>& all() const { return queues_; }
  std::deque<Queue>& all() { return queues_; }
  // There is none but the one of "all CPUs".
  bool is_single() const { return is_single_; }
  Queue& shared() { return shared_; }
  const Queue& shared() const { return shared_; }
  // The sub-queues that `cpu` may take from, by ascending affinity id.
  const std::vector<Queue*>& of_cpu(CpuId cpu) const { return of_cpu_[cpus_.index_of(cpu)]; }

  // The sub-queue for `cpu` whose front comes before all others'; null if all are empty.
  template <class FrontBefore>
  Queue* best(CpuId cpu, FrontBefore front_before) const {
    if (is_single_) return shared_.empty() ? nullptr : &shared_;
    Queue* best = nullptr;
    for (Queue* const queue : of_cpu(cpu)) {
      if (!queue->empty() && (best == nullptr || front_before(*queue, *best))) best = queue;
    }
    return best;
  }

  // The one sub-queue for `cpu` that holds anything; null if none or several do.
  const Queue* only(CpuId cpu) const {
    if (is_single_) return shared_.empty() ? nullptr : &shared_;
    const Queue* found = nullptr;
    for (const Queue* const queue : of_cpu(cpu)) {
      if (queue->empty()) continue;
      if (found != nullptr) return nullptr;
      found = queue;
    }
    return found;
  }

 private:
  void add_until(AffinityId last) {
    is_single_ = false;
    while (queues_.size() <= last.value()) {
      const CpuMask& mask = affinities_.asked(AffinityId(static_cast<AffinityId::Value>(queues_.size())));
      Queue& added = queues_.emplace_back();
      for (unsigned index = 0; index < cpus_.size; ++index) {
        if (mask.has(CpuId(static_cast<CpuId::Value>(cpus_.first + index)))) of_cpu_[index].push_back(&added);
      }
    }
  }

  const AffinityTable& affinities_;
  CpuRange cpus_;
  std::deque<Queue> queues_;  // by affinity id; a deque, because its elements stay where they are
  Queue& shared_;             // the one of "all CPUs"
  bool is_single_ = true;     // no other is in use: the usual case, which searches nothing
  std::vector<std::vector<Queue*>> of_cpu_;
};

}  // namespace signalbox
