#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "kernel/sched/shared_fifo.hpp"

namespace signalbox {

// First-in first-out queues for all CPUs, one a level, level 0 first.
class LevelQueues {
 public:
  static constexpr std::uint32_t most_levels = 64;

  LevelQueues(const AffinityTable& affinities, CpuRange cpus, std::uint32_t levels);

  std::uint32_t levels() const { return static_cast<std::uint32_t>(queues_.size()); }
  void push_back(Entity& entity, std::uint32_t level) {
    queues_[level].push_back(entity);
    note_pushed(level);
  }
  void push_front(Entity& entity, std::uint32_t level) {
    queues_[level].push_front(entity);
    note_pushed(level);
  }
  // Requires an entity of that level.
  void remove(Entity& entity, std::uint32_t level) {
    queues_[level].remove(entity);
    note_taken(level);
  }
  // Requires a level that has somebody for `cpu`.
  Entity& pop_front(CpuId cpu, std::uint32_t level) {
    note_taken(level);
    return *queues_[level].pop_front(cpu);
  }
  // The first of a level, whoever may run it; null if it is empty.
  Entity* pop_front_of_all(std::uint32_t level) {
    if (queued_[level] == 0) return nullptr;
    note_taken(level);
    return queues_[level].pop_front_of_all();
  }

  bool has_ready(CpuId cpu, std::uint32_t level) const { return queued_[level] != 0 && queues_[level].has_ready(cpu); }
  // The first level with somebody for `cpu`; levels() if there is none.
  std::uint32_t best_level(CpuId cpu) const;
  // The k-th of a level for `cpu`, if that is known; null beyond the last level.
  const Entity* peek(CpuId cpu, std::uint32_t level, std::size_t k) const {
    return level < levels() ? queues_[level].peek(cpu, k) : nullptr;
  }

 private:
  void note_pushed(std::uint32_t level) {
    ++queued_[level];
    filled_ |= std::uint64_t{1} << level;
  }
  void note_taken(std::uint32_t level) {
    if (--queued_[level] == 0) filled_ &= ~(std::uint64_t{1} << level);
  }

  std::deque<SharedFifo> queues_;                    // by level; a deque, because a SharedFifo stays where it is
  std::array<std::uint32_t, most_levels> queued_{};  // how many a level holds
  std::uint64_t filled_ = 0;                         // a bit for each level that holds any
};

}  // namespace signalbox
