#include "kernel/sched/topology.hpp"

namespace signalbox {

Topology Topology::uniform(unsigned count) {
  std::vector<CpuPlace> places(count);
  for (unsigned cpu = 0; cpu < count; ++cpu) places[cpu].core = static_cast<std::uint16_t>(cpu);
  return Topology(std::move(places));
}

}  // namespace signalbox
