#include "kernel/sched/clustered_policy.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/empty_stage.hpp"
#include "tests/support/fifo_policy.hpp"

namespace signalbox::clustered_policy_test {

// Everybody belongs to CPU 0; CPU 1 takes one whenever it runs out of work.
class Greedy : public Balancer {
 public:
  explicit Greedy(RunQueues& queues) : queues_(queues) {}
  CpuId select_cpu(const Entity&, Instant) override { return CpuId(0); }
  void newly_idle(CpuId cpu, Instant now) override {
    Entity* const first = queues_.find_waiting(0, 1, [](const Entity&) { return true; });
    if (cpu == CpuId(1) && first != nullptr) queues_.move(*first, 1, now);
  }
  void queued(Entity&, Instant) override {}
  void timer(Instant) override {}

 private:
  RunQueues& queues_;
};

std::unique_ptr<Balancer> make_greedy(RunQueues& queues) { return std::make_unique<Greedy>(queues); }
constexpr BalancerRow greedy{.name = "greedy", .summary = "", .source = "", .make = make_greedy};

class Tireless final : public Greedy {
 public:
  using Greedy::Greedy;
  bool idle_looks_again() const override { return true; }
};

std::unique_ptr<Balancer> make_tireless(RunQueues& queues) { return std::make_unique<Tireless>(queues); }
constexpr BalancerRow tireless{.name = "tireless", .summary = "", .source = "", .make = make_tireless};

TEST(ClusteredPolicy, EachCpuPicksFromItsQueueAndTheBalancerFillsIt) {
  EmptyStage stage(2);
  ClusteredPolicy policy(
      stage, QueueScope::cpu, [](SchedulerView&, RunQueues::Index) { return std::make_unique<FifoPolicy>(); }, greedy);
  std::array<Entity, 3> entities;
  for (Entity& entity : entities) {
    policy.join(entity, Instant());
    EXPECT_EQ(policy.select_cpu(entity, Instant()), CpuId(0));
    policy.enqueue(CpuId(0), entity, EnqueueReason::created, Instant());
  }
  EXPECT_EQ(policy.pick_next(CpuId(1), Instant()), entities.data());  // pulled
  EXPECT_EQ(policy.pick_next(CpuId(0), Instant()), &entities[1]);
  EXPECT_EQ(entities[0].run_queue, 1);
  policy.dequeue(entities[2], Instant());
  EXPECT_EQ(policy.pick_next(CpuId(0), Instant()), nullptr);
  for (Entity& entity : entities) policy.leave(entity, Instant());
}

TEST(ClusteredPolicy, TracksUtilisation) {
  EmptyStage stage(2);
  ClusteredPolicy policy(
      stage, QueueScope::cpu, [](SchedulerView&, RunQueues::Index) { return std::make_unique<FifoPolicy>(); }, greedy);
  Entity entity;
  policy.join(entity, Instant());
  policy.enqueue(CpuId(0), entity, EnqueueReason::created, Instant());
  ASSERT_EQ(policy.pick_next(CpuId(0), Instant()), &entity);
  policy.account(CpuId(0), entity, 500_ms, Instant() + 500_ms);
  EXPECT_GE(entity.utilisation.value(), 1'000U);
  policy.leave(entity, Instant() + 500_ms);
}

TEST(ClusteredPolicy, AnIdleCpuLooksAgainWhereQueuesAreSharedOrTheBalancerSaysSo) {
  EmptyStage stage(2);
  const auto looks_again = [&](QueueScope scope, const BalancerRow& balancer) {
    const auto make = [](SchedulerView&, RunQueues::Index) { return std::make_unique<FifoPolicy>(); };
    return ClusteredPolicy(stage, scope, make, balancer).idle_looks_again();
  };
  EXPECT_FALSE(looks_again(QueueScope::cpu, greedy));
  EXPECT_TRUE(looks_again(QueueScope::cpu, tireless));
  EXPECT_TRUE(looks_again(QueueScope::machine, greedy));
}

}  // namespace signalbox::clustered_policy_test
