#include <utility>
#include <vector>

#include "kernel/sched/balance/distances.hpp"
#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/balance/registry.hpp"

namespace signalbox {
namespace {

// Work stays in the queue of who made it; a CPU that has nothing to do takes the oldest from another queue: the nearest
// one, the longest among equally near. Blumofe and Leiserson draw the victim at random; on one host thread nearness
// costs nothing and keeps caches warm.
class WorkStealing final : public Balancer {
 public:
  explicit WorkStealing(RunQueues& queues) : queues_(queues), distances_(queues), calls_(queues.range().size) {}

  CpuId select_cpu(const Entity& entity, Instant) override {
    const Entity* const maker = queues_.waker();
    if (!RunQueues::is_new(entity) || maker == nullptr || RunQueues::is_new(*maker)) return home_cpu(queues_, entity);
    return queues_.allows(entity, maker->run_queue) ? cpu_in(queues_, maker->run_queue, entity)
                                                    : home_cpu(queues_, entity);
  }

  void newly_idle(CpuId cpu, Instant now) override {
    if (queues_.waiting() == 0) return;
    const Queue thief = queues_.of(cpu);
    // Whom it was called for comes first: nobody else may be allowed to.
    const Call call = std::exchange(calls_[cpu.value()], {});
    const auto is_called = [&](const Entity& entity) { return entity.id == call.entity; };
    const auto may_come = [&](const Entity& entity) { return queues_.affinities().allows(entity.affinity, cpu); };
    Entity* loot = nullptr;
    if (call.entity != Tid()) loot = queues_.find_waiting(call.queue, queues_.waiting(call.queue), is_called);
    if (loot == nullptr || !may_come(*loot)) loot = from_nearest(thief, may_come);
    if (loot != nullptr) queues_.move(*loot, thief, now);
  }

  // A thief never gives up.
  bool idle_looks_again() const override { return true; }

  // Somebody idles although there is work: it steals.
  void queued(Entity& entity, Instant) override {
    if (has_surplus(entity.run_queue)) call_thief(entity);
  }

  // Who was stolen or picked may not be whom an idle CPU was called for: those that still wait are offered again.
  void picked(CpuId cpu, Instant) override {
    const CpuMask& all = queues_.affinities().mask(AffinityId());
    if (queues_.waiting() == 0 || !queues_.idle().lowest_in(all, queues_.range())) return;
    for (Queue queue = 0; queue < queues_.count(); ++queue) {
      // Whom the CPU has picked does not run yet.
      const bool has_picked = queue == queues_.of(cpu) && !queues_.idle().has(cpu);
      if (!has_surplus(queue, has_picked ? 1 : 0)) continue;
      queues_.find_waiting(queue, most_looked_at, [&](const Entity& entity) { return call_thief(entity); });
    }
  }

  void timer(Instant) override {}

 private:
  // For whom an idle CPU was kicked.
  struct Call {
    Queue queue = 0;
    Tid entity;
  };

  static constexpr std::size_t most_looked_at = 32;

  // More wait than its own CPUs are about to pick, which are those that run nobody.
  bool has_surplus(Queue queue, std::size_t picked = 0) const {
    const std::size_t waiting = queues_.waiting(queue);
    return waiting != 0 && waiting + queues_.running(queue) + picked > (queues_.cpus(queue) & queues_.online()).count();
  }

  // An idle CPU that may run it, if there is one.
  bool call_thief(const Entity& entity) {
    const std::optional<CpuId> thief = idle_cpu(queues_, entity);
    if (!thief) return false;
    queues_.set_busy(*thief);  // until it has looked, it is no longer asked
    calls_[thief->value()] = {entity.run_queue, entity.id};
    queues_.kick(*thief, Kick::idle);
    return true;
  }

  template <class MayCome>
  Entity* from_nearest(Queue thief, MayCome may_come) {
    Entity* loot = nullptr;
    std::size_t most = 0;
    unsigned nearest = 0;
    for (const Distances::Neighbour& victim : distances_.of(thief)) {
      if (loot != nullptr && victim.distance > nearest) break;
      if (!has_surplus(victim.queue) || queues_.waiting(victim.queue) <= most) continue;
      Entity* const found = queues_.find_waiting(victim.queue, most_looked_at, may_come);
      if (found == nullptr) continue;
      loot = found;
      most = queues_.waiting(victim.queue);
      nearest = victim.distance;
    }
    return loot;
  }

  RunQueues& queues_;
  Distances distances_;
  std::vector<Call> calls_;  // by CPU
};

std::unique_ptr<Balancer> make(RunQueues& queues) { return std::make_unique<WorkStealing>(queues); }

}  // namespace

extern const BalancerRow work_stealing_balancer;
const BalancerRow work_stealing_balancer{
    .name = "work_stealing",
    .summary = "a CPU that has nothing to do takes the oldest waiting one of the nearest busy queue",
    .source = "Blumofe and Leiserson, Scheduling Multithreaded Computations by Work Stealing, 1999",
    .make = make,
};

}  // namespace signalbox
