#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/balance/registry.hpp"

namespace signalbox {
namespace {

// Partitioned scheduling: who is new goes where the fewest live, and stays there for ever.
class None final : public Balancer {
 public:
  explicit None(RunQueues& queues) : queues_(queues) {}

  CpuId select_cpu(const Entity& entity, Instant) override { return home_cpu(queues_, entity); }
  void newly_idle(CpuId, Instant) override {}
  void queued(Entity&, Instant) override {}
  void timer(Instant) override {}

 private:
  RunQueues& queues_;
};

std::unique_ptr<Balancer> make(RunQueues& queues) { return std::make_unique<None>(queues); }

}  // namespace

extern const BalancerRow none_balancer;
const BalancerRow none_balancer{
    .name = "none",
    .summary = "a thread stays in the queue it began in, the one with the fewest threads",
    .source = "partitioned scheduling: Dhall and Liu 1978",
    .make = make,
};

}  // namespace signalbox
