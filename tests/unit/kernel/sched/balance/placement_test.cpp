#include "kernel/sched/balance/placement.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::placement_test {

class PlacementTest : public ::testing::Test {
 protected:
  PlacementTest()
      : driver_("fcfs", {.cpus = 4}), queues_(driver_, QueueScope::cpu, [](SchedulerView& view, RunQueues::Index) {
          return std::get<PolicyChoice>(parse_policy("fcfs")).make(view, Prng(1));
        }) {
    for (Entity& entity : entities_) entity.run_queue = RunQueues::unplaced;
  }

  PolicyDriver driver_;
  std::array<Entity, 4> entities_;
  RunQueues queues_;
};

TEST_F(PlacementTest, NewOnesGoWhereTheFewestLive) {
  queues_.enter(CpuId(0), entities_[0], EnqueueReason::created, Instant());
  EXPECT_EQ(home_cpu(queues_, entities_[1]), CpuId(1));
  queues_.enter(CpuId(1), entities_[1], EnqueueReason::created, Instant());
  EXPECT_EQ(home_cpu(queues_, entities_[2]), CpuId(2));
}

TEST_F(PlacementTest, OthersStayWhereTheyLive) {
  queues_.enter(CpuId(2), entities_[0], EnqueueReason::created, Instant());
  EXPECT_EQ(home_cpu(queues_, entities_[0]), CpuId(2));
  EXPECT_EQ(cpu_in(queues_, 3, entities_[0]), CpuId(3));
}

TEST_F(PlacementTest, AnIdleCpuIsTheLowestThatNobodyWaitsFor) {
  EXPECT_EQ(idle_cpu(queues_, entities_[0]), CpuId(0));
  queues_.enter(CpuId(0), entities_[0], EnqueueReason::created, Instant());
  EXPECT_EQ(idle_cpu(queues_, entities_[1]), CpuId(1));
}

}  // namespace signalbox::placement_test
