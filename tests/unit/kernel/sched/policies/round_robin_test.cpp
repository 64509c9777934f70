#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::round_robin_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.3.3.
TEST(RoundRobin, SilberschatzQuantumFour) {
  const PolicyTable table("round_robin:quantum=4ms", {{"A", 0, 24}, {"B", 0, 3}, {"C", 0, 3}});
  EXPECT_EQ(table.gantt(), "A4 B3 C3 A20");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 17.0 / 3);
}

// Stallings, Operating Systems, 9th edition, table 9.5.
TEST(RoundRobin, StallingsTable) {
  EXPECT_EQ(PolicyTable("round_robin:quantum=1ms", stallings_table).finishes(), (Finishes{4, 18, 17, 20, 15}));
  EXPECT_EQ(PolicyTable("round_robin:quantum=4ms", stallings_table).finishes(), (Finishes{3, 17, 11, 20, 19}));
}

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 7: better response, worse turnaround than SJF.
TEST(RoundRobin, OstepRespondsSooner) {
  const std::vector<TableRow> rows{{"A", 0, 5}, {"B", 0, 5}, {"C", 0, 5}};
  EXPECT_DOUBLE_EQ(PolicyTable("round_robin:quantum=1ms", rows).mean_response(), 1);
  EXPECT_DOUBLE_EQ(PolicyTable("round_robin:quantum=1ms", rows).mean_turnaround(), 14);
}

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
