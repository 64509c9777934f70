#include "kernel/sched/balance/distances.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

std::uint8_t distance(const CpuPlace& a, const CpuPlace& b) {
  if (a.core == b.core) return 0;
  if (a.llc == b.llc) return 1;
  return a.node == b.node ? 2 : 3;
}

}  // namespace

std::span<const Distances::Neighbour> Distances::of(RunQueues::Index queue) {
  std::vector<Neighbour>& neighbours = of_[queue];
  if (!neighbours.empty()) return neighbours;
  const auto place = [&](RunQueues::Index index) {
    return queues_.topology().place(CpuId(static_cast<CpuId::Value>(queues_.range(index).first)));
  };
  for (RunQueues::Index other = 0; other < queues_.count(); ++other) {
    if (other != queue) neighbours.push_back({distance(place(queue), place(other)), other});
  }
  std::ranges::sort(neighbours);
  return neighbours;
}

}  // namespace signalbox
