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

  // Somebody idles although there is work: it steals.
  void queued(Entity& entity, Instant) override {
    if (!has_surplus(entity.run_queue)) return;
    const std::optional<CpuId> thief = idle_cpu(queues_, entity);
    if (!thief) return;
    queues_.set_busy(*thief);  // until it has looked, it is no longer asked
    calls_[thief->value()] = {entity.run_queue, entity.id};
    queues_.kick(*thief, Kick::idle);
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
  bool has_surplus(Queue queue) const {
    const std::size_t waiting = queues_.waiting(queue);
    return waiting != 0 && waiting + queues_.running(queue) > queues_.cpus(queue).count();
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
