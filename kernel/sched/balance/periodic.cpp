#include <algorithm>
#include <ranges>
#include <vector>

#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/balance/registry.hpp"

namespace signalbox {
namespace {

constexpr Duration interval = 10_ms;

// At fixed instants, those that wait are moved from the longest queue to the shortest until lengths, a CPU each, differ
// by one at most. Between two such instants a CPU may idle while others wait elsewhere.
class Periodic final : public Balancer {
 public:
  explicit Periodic(RunQueues& queues) : queues_(queues) {}

  CpuId select_cpu(const Entity& entity, Instant) override { return home_cpu(queues_, entity); }
  void newly_idle(CpuId, Instant) override {}
  void queued(Entity&, Instant now) override { arm(now); }
  void timer(Instant now) override {
    is_armed_ = false;
    while (move_one(now)) {
    }
    if (queues_.waiting() != 0) arm(now);
  }

 private:
  void arm(Instant now) {
    if (is_armed_) return;
    is_armed_ = true;
    queues_.set_timer(now + (interval - now.since_start() % interval));
  }
  std::size_t length(Queue queue) const { return queues_.waiting(queue) + queues_.running(queue); }
  // Whether `a` has more to do a CPU than `b`.
  bool is_longer(Queue a, std::size_t more, Queue b) const {
    return (length(a) - more) * cpus(b) > length(b) * cpus(a);
  }
  std::size_t cpus(Queue queue) const { return (queues_.cpus(queue) & queues_.online()).count(); }
  // From a long queue to a short one, the longest and the shortest first; affinities and quotas may bind all who wait
  // in one queue, or keep them out of another.
  bool move_one(Instant now) {
    by_length_.clear();
    for (Queue queue = 0; queue < queues_.count(); ++queue) {
      if (queues_.is_online(queue)) by_length_.push_back(queue);
    }
    std::ranges::sort(by_length_,
                      [&](Queue a, Queue b) { return is_longer(a, 0, b) || (a < b && !is_longer(b, 0, a)); });
    return std::ranges::any_of(by_length_, [&](Queue from) { return queues_.waiting(from) != 0 && give(from, now); });
  }
  // One more must still leave the giver no shorter than the other becomes.
  bool give(Queue from, Instant now) {
    for (const Queue to : std::views::reverse(by_length_)) {
      if (!is_longer(from, 1, to)) return false;
      Entity* const moved =
          queues_.find_waiting(from, most_looked_at, [&](const Entity& entity) { return queues_.allows(entity, to); });
      if (moved == nullptr) continue;
      queues_.move(*moved, to, now);
      return true;
    }
    return false;
  }

  static constexpr std::size_t most_looked_at = 32;

  RunQueues& queues_;
  std::vector<Queue> by_length_;
  bool is_armed_ = false;
};

std::unique_ptr<Balancer> make(RunQueues& queues) { return std::make_unique<Periodic>(queues); }

}  // namespace

extern const BalancerRow periodic_balancer;
const BalancerRow periodic_balancer{
    .name = "periodic",
    .summary = "every 10 ms, from the longest queue to the shortest until they are even",
    .source = "push migration: Silberschatz, Operating System Concepts, Load Balancing",
    .make = make,
};

}  // namespace signalbox
