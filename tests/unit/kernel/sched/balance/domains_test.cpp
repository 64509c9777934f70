#include "kernel/sched/balance/domains.hpp"

#include <gtest/gtest.h>

namespace signalbox::domains_test {

// Two nodes of two caches of two cores of two threads.
Topology large() {
  std::vector<CpuPlace> places;
  for (std::uint16_t cpu = 0; cpu < 16; ++cpu) {
    places.push_back({.core = static_cast<std::uint16_t>(cpu / 2),
                      .llc = static_cast<std::uint16_t>(cpu / 4),
                      .node = NodeId(static_cast<NodeId::Value>(cpu / 8))});
  }
  return Topology(places);
}

TEST(Domains, AreTheLevelsOfTheTopology) {
  Domains domains(large());
  std::vector<unsigned> weights;
  for (const unsigned index : domains.of(CpuId(9))) weights.push_back(domains.all()[index].weight);
  EXPECT_EQ(weights, (std::vector<unsigned>{2, 4, 8, 16}));
  EXPECT_EQ(domains.all().size(), 8U + 4U + 2U + 1U);
  EXPECT_TRUE(domains.has_smt());
  EXPECT_TRUE(domains.all()[domains.of(CpuId(9)).front()].shares_core);
  EXPECT_FALSE(domains.all()[domains.of(CpuId(9)).back()].shares_core);
}

TEST(Domains, LeaveOutLevelsThatAddNobody) {
  Domains domains(Topology::uniform(4));
  EXPECT_EQ(domains.of(CpuId(2)).size(), 1U);
  EXPECT_FALSE(domains.has_smt());
  EXPECT_FALSE(domains.is_asymmetric());
  EXPECT_TRUE(Domains(Topology::uniform(1)).of(CpuId(0)).empty());
}

TEST(Domains, KnowCoresCachesAndCapacities) {
  std::vector<CpuPlace> places(2);
  places[1] = {.core = 1, .llc = 1, .node = {}, .capacity = 430};
  const Domains domains((Topology(places)));
  EXPECT_TRUE(domains.is_asymmetric());
  EXPECT_FALSE(domains.share_cache(CpuId(0), CpuId(1)));
  EXPECT_EQ(domains.core(CpuId(1)).count(), 1U);
  EXPECT_TRUE(domains.cache(CpuId(1)).has(CpuId(1)));
}

}  // namespace signalbox::domains_test
