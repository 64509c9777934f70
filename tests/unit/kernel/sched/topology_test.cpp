#include "kernel/sched/topology.hpp"

#include <gtest/gtest.h>

namespace signalbox::topology_test {

TEST(Topology, UniformCpusAreEqualAndShareOneCache) {
  const Topology topology = Topology::uniform(3);
  EXPECT_EQ(topology.cpu_count(), 3U);
  for (std::uint16_t cpu = 0; cpu < 3; ++cpu) {
    const CpuPlace& place = topology.place(CpuId(cpu));
    EXPECT_EQ(place.core, cpu);
    EXPECT_EQ(place.llc, 0);
    EXPECT_EQ(place.node, NodeId());
    EXPECT_EQ(place.capacity, CpuPlace::full_capacity);
  }
}

TEST(Topology, ASlowerCpuDoesLessWork) {
  std::vector<CpuPlace> places(2);
  places[1].capacity = CpuPlace::full_capacity / 4;
  const Topology topology(places);
  EXPECT_EQ(topology.work(CpuId(0), 8_ms), 8_ms);
  EXPECT_EQ(topology.work(CpuId(1), 8_ms), 2_ms);
}

}  // namespace signalbox::topology_test
