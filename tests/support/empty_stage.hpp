#pragma once

#include <cstdint>
#include <vector>

#include "kernel/sched/policy.hpp"

namespace signalbox {

// CPUs on which nobody ever runs, for tests of what lies between policies and a machine; remembers the timers asked
// for.
class EmptyStage final : public SchedulerView {
 public:
  explicit EmptyStage(unsigned cpus) : topology_(Topology::uniform(cpus)), affinities_(cpus) {}

  const Topology& topology() const override { return topology_; }
  const AffinityTable& affinities() const override { return affinities_; }
  const Entity* running(CpuId) const override { return nullptr; }
  const Entity* waker() const override { return nullptr; }
  void kick(CpuId, Kick) override {}
  void set_timer(Instant, std::uint64_t cookie) override { cookies.push_back(cookie); }

  std::vector<std::uint64_t> cookies;

 private:
  Topology topology_;
  AffinityTable affinities_;
};

}  // namespace signalbox
