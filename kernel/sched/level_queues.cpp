#include "kernel/sched/level_queues.hpp"

#include <bit>

namespace signalbox {

LevelQueues::LevelQueues(const AffinityTable& affinities, CpuRange cpus, std::uint32_t levels) {
  for (std::uint32_t level = 0; level < levels; ++level) queues_.emplace_back(affinities, cpus);
}

std::uint32_t LevelQueues::best_level(CpuId cpu) const {
  for (std::uint64_t left = filled_; left != 0; left &= left - 1) {
    const auto level = static_cast<std::uint32_t>(std::countr_zero(left));
    if (queues_[level].has_ready(cpu)) return level;
  }
  return levels();
}

}  // namespace signalbox
