#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/fifo_queue.hpp"

namespace signalbox {

// A first-in first-out queue for all CPUs: each takes the front one among those allowed on it.
class SharedFifo {
 public:
  SharedFifo(const AffinityTable& affinities, CpuRange cpus) : queues_(affinities, cpus) {}

  void push_back(Entity& entity) { queues_.of(entity).push_back(entity, ++last_order_); }
  void push_front(Entity& entity) { queues_.of(entity).push_front(entity, --first_order_); }
  void remove(Entity& entity) { queues_.of(entity).remove(entity); }

  // Null if none is allowed on `cpu`.
  Entity* pop_front(CpuId cpu) {
    FifoQueue* const queue = best(cpu);
    return queue == nullptr ? nullptr : &queue->pop_front();
  }
  // The first of all, whoever may run it; null if all are empty.
  Entity* pop_front_of_all() {
    FifoQueue* first = nullptr;
    for (FifoQueue* const queue : queues_.all()) {
      if (!queue->empty() && (first == nullptr || front_before(*queue, *first))) first = queue;
    }
    return first == nullptr ? nullptr : &first->pop_front();
  }
  const Entity* front(CpuId cpu) const {
    const FifoQueue* const queue = best(cpu);
    return queue == nullptr ? nullptr : queue->front();
  }
  bool has_ready(CpuId cpu) const { return best(cpu) != nullptr; }

  // Null where several sub-queues would have to be merged to know.
  const Entity* peek(CpuId cpu, std::size_t k) const {
    if (k == 0) return front(cpu);
    const FifoQueue* const queue = queues_.only(cpu);
    return queue == nullptr ? nullptr : queue->peek(k);
  }

 private:
  FifoQueue* best(CpuId cpu) const { return queues_.best(cpu, front_before); }
  static bool front_before(const FifoQueue& a, const FifoQueue& b) { return a.front_order() < b.front_order(); }

  static constexpr std::uint64_t middle = std::uint64_t{1} << 63U;

  ByAffinity<FifoQueue> queues_;
  std::uint64_t first_order_ = middle;
  std::uint64_t last_order_ = middle;
};

}  // namespace signalbox
