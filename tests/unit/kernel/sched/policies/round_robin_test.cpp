#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::round_robin_test {

TEST(RoundRobin, YieldingStartsANewQuantumAtTheTail) {
  PolicyDriver driver("round_robin:quantum=4ms", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{3_ms, {}, true}, {4_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{8_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A3 B4 A4 B4");
}

TEST(RoundRobin, PutBackEarlyKeepsTheRestOfItsQuantumAtTheHead) {
  PolicyDriver driver("round_robin:quantum=4ms", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 1_ms);
  Policy& policy = driver.policy();
  Entity& running = const_cast<Entity&>(driver.task(0).entity);
  policy.enqueue(CpuId(), running, EnqueueReason::preempted, driver.now());
  EXPECT_EQ(policy.pick_next(CpuId(), driver.now()), &running);
  EXPECT_EQ(policy.next_decision(CpuId(), running, driver.now()), Instant() + 4_ms);
}

TEST(RoundRobin, PeekKnowsTheOrderAhead) {
  PolicyDriver driver("round_robin", {});
  for (const char* const name : {"A", "B", "C", "D"}) driver.add(hog(name));
  driver.run(Instant() + 1_ms);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(driver.policy().peek(CpuId(), k), &driver.task(k + 1).entity);
  EXPECT_EQ(driver.policy().peek(CpuId(), 3), nullptr);
}

}  // namespace signalbox::round_robin_test
