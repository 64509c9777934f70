#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::fcfs_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.3.1.
TEST(Fcfs, SilberschatzConvoy) {
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", {{"A", 0, 24}, {"B", 0, 3}, {"C", 0, 3}}).mean_wait(), 17);
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", {{"B", 0, 3}, {"C", 0, 3}, {"A", 0, 24}}).mean_wait(), 3);
}

// Stallings, Operating Systems, 9th edition, table 9.5.
TEST(Fcfs, StallingsTable) { EXPECT_EQ(PolicyTable("fcfs", stallings_table).finishes(), (Finishes{3, 9, 13, 18, 20})); }

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 7.
TEST(Fcfs, OstepTurnaround) {
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", {{"A", 0, 10}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 20);
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", {{"A", 0, 100}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 110);
}

TEST(Fcfs, WhoWaitedGoesToTheTail) {
  PolicyDriver driver("fcfs", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, 1_ms}, {1_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{3_ms, {}}}});
  driver.add({.name = "C", .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B3 C1 A1");
}

}  // namespace signalbox::fcfs_test
