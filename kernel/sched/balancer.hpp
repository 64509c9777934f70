#pragma once

#include <memory>
#include <string_view>

#include "kernel/sched/run_queues.hpp"

namespace signalbox {

// Decides which run queue an entity waits in, where CPUs have run queues of their own. Who is picked from a queue is
// its policy's affair. Called between the policy's calls, never re-entrantly; ties go to the lower number.
class Balancer {
 public:
  using Queue = RunQueues::Index;

  Balancer() = default;
  Balancer(const Balancer&) = delete;
  Balancer& operator=(const Balancer&) = delete;
  virtual ~Balancer() = default;

  // The CPU on whose behalf one that was created, woke up or changed should be queued; its affinity allows it. Within
  // the CPU's queue the policy may choose another.
  virtual CpuId select_cpu(const Entity& entity, Instant now) = 0;
  // `cpu` is about to pick from its queue.
  virtual void before_pick(CpuId cpu, Instant now) {
    static_cast<void>(cpu);
    static_cast<void>(now);
  }
  // `cpu` found nobody to run in its queue: if the rule says so, move somebody there.
  virtual void newly_idle(CpuId cpu, Instant now) = 0;
  // Whether it has newly_idle called again for a CPU that still idles, whenever others find somebody to run.
  virtual bool idle_looks_again() const { return false; }
  // `cpu` has picked somebody, or idles.
  virtual void picked(CpuId cpu, Instant now) {
    static_cast<void>(cpu);
    static_cast<void>(now);
  }
  // It waits since now in the queue that it names.
  virtual void queued(Entity& entity, Instant now) = 0;
  // A CPU went offline or came online.
  virtual void cpus_changed() {}
  // What RunQueues::set_timer asked for.
  virtual void timer(Instant now) = 0;
};

// What a balancer is, for whoever lists and makes them.
struct BalancerRow {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;
  std::unique_ptr<Balancer> (*make)(RunQueues& queues);
};

}  // namespace signalbox
