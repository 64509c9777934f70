#pragma once

#include <vector>

#include "kernel/sched/policy.hpp"

namespace signalbox {

// First in, first out, and nothing else: for tests of what policies are put into.
class FifoPolicy : public Policy {
 public:
  void join(Entity&, Instant) override {}
  void leave(Entity&, Instant) override {}
  CpuId select_cpu(const Entity& entity, Instant) override { return entity.cpu; }
  void enqueue(CpuId, Entity& entity, EnqueueReason, Instant) override { queue_.push_back(&entity); }
  void dequeue(Entity& entity, Instant) override { std::erase(queue_, &entity); }
  Entity* pick_next(CpuId, Instant) override {
    if (queue_.empty()) return nullptr;
    Entity* const first = queue_.front();
    queue_.erase(queue_.begin());
    return first;
  }
  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity&, Instant) override {}
  bool should_preempt(CpuId, const Entity&, Instant) const override { return false; }
  Verdict decide(CpuId, Entity&, Instant) override { return Verdict::keep; }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }
  const Entity* peek(CpuId, std::size_t k) const override { return k < queue_.size() ? queue_[k] : nullptr; }

 private:
  std::vector<Entity*> queue_;
};

}  // namespace signalbox
