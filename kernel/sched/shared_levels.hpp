#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/fifo_queue.hpp"

namespace signalbox {

// An array of first-in first-out queues, level 0 first, and a bitmap of those that hold anybody: the run queue of many
// kernels (4.4BSD's qs and whichqs, Linux 2.6's prio_array, FreeBSD's runq). For all CPUs; each takes the first among
// those allowed on it. A level is found by a few words, however many wait.
template <unsigned levels>
class SharedLevels {
 public:
  static constexpr unsigned none = levels;

  SharedLevels(const AffinityTable& affinities, CpuRange cpus) : queues_(affinities, cpus) {}

  bool empty() const { return size_ == 0; }
  // Whether a level holds nobody, whoever may run there.
  bool empty_at(unsigned level) const { return counts_[level] == 0; }

  void push_back(Entity& entity, unsigned level) {
    queues_.of(entity).push_back(entity, level, ++last_order_);
    note(level);
  }
  void push_front(Entity& entity, unsigned level) {
    queues_.of(entity).push_front(entity, level, --first_order_);
    note(level);
  }
  // Requires an entity that is queued at `level`.
  void remove(Entity& entity, unsigned level) {
    queues_.of(entity).remove(entity, level);
    forget(level);
  }

  // The first level from `from` on, going round the end, that holds somebody for `cpu`; `none` if there is none.
  unsigned best_level(CpuId cpu, unsigned from = 0) const {
    unsigned least = levels;  // how far from `from`
    for (const Levels* const queue : queues_.of_cpu(cpu)) {
      const unsigned level = queue->first_from(from);
      if (level == none) continue;
      const unsigned distance = level >= from ? level - from : level + levels - from;
      if (distance < least) least = distance;
    }
    return least == levels ? none : (from + least) % levels;
  }
  // The front one of a level that best_level named for this CPU.
  Entity& front(CpuId cpu, unsigned level) const { return *best(cpu, level)->at(level).front(); }
  Entity& pop_front(CpuId cpu, unsigned level) {
    Entity& first = best(cpu, level)->pop_front(level);
    forget(level);
    return first;
  }
  // The front one of a level, whoever may run it; null if nobody is there.
  Entity* pop_front_of_all(unsigned level) {
    Levels* first = nullptr;
    for (Levels* const queue : queues_.all()) {
      if (queue->at(level).empty()) continue;
      if (first == nullptr || queue->at(level).front_order() < first->at(level).front_order()) first = queue;
    }
    if (first == nullptr) return nullptr;
    forget(level);
    return &first->pop_front(level);
  }

 private:
  // The levels of one affinity mask.
  class Levels {
   public:
    bool empty() const { return filled_ == std::array<std::uint64_t, words>{}; }
    const FifoQueue& at(unsigned level) const { return queues_[level]; }

    void push_back(Entity& entity, unsigned level, std::uint64_t order) {
      queues_[level].push_back(entity, order);
      filled_[level / word_bits] |= bit_of(level);
    }
    void push_front(Entity& entity, unsigned level, std::uint64_t order) {
      queues_[level].push_front(entity, order);
      filled_[level / word_bits] |= bit_of(level);
    }
    void remove(Entity& entity, unsigned level) {
      queues_[level].remove(entity);
      clear_if_empty(level);
    }
    Entity& pop_front(unsigned level) {
      Entity& first = queues_[level].pop_front();
      clear_if_empty(level);
      return first;
    }
    unsigned first_from(unsigned from) const {
      const unsigned behind = first_within(from, levels);
      return behind != none ? behind : first_within(0, from);
    }

   private:
    static constexpr unsigned word_bits = 64;
    static constexpr unsigned words = (levels + word_bits - 1) / word_bits;
    static std::uint64_t bit_of(unsigned level) { return std::uint64_t{1} << (level % word_bits); }

    void clear_if_empty(unsigned level) {
      if (queues_[level].empty()) filled_[level / word_bits] &= ~bit_of(level);
    }
    unsigned first_within(unsigned from, unsigned end) const {
      for (unsigned level = from; level < end; level = (level / word_bits + 1) * word_bits) {
        const std::uint64_t left = filled_[level / word_bits] >> (level % word_bits);
        if (left == 0) continue;
        const unsigned found = level + static_cast<unsigned>(std::countr_zero(left));
        return found < end ? found : none;
      }
      return none;
    }

    std::array<FifoQueue, levels> queues_;
    std::array<std::uint64_t, words> filled_{};  // a bit for each level that holds any
  };

  Levels* best(CpuId cpu, unsigned level) const {
    Levels* best = nullptr;
    for (Levels* const queue : queues_.of_cpu(cpu)) {
      if (queue->at(level).empty()) continue;
      if (best == nullptr || queue->at(level).front_order() < best->at(level).front_order()) best = queue;
    }
    return best;
  }
  void note(unsigned level) {
    ++size_;
    ++counts_[level];
  }
  void forget(unsigned level) {
    --size_;
    --counts_[level];
  }

  static constexpr std::uint64_t middle = std::uint64_t{1} << 63U;

  ByAffinity<Levels> queues_;
  std::array<std::size_t, levels> counts_{};
  std::size_t size_ = 0;
  std::uint64_t first_order_ = middle;
  std::uint64_t last_order_ = middle;
};

}  // namespace signalbox
