#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::sjf_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.3.2.
TEST(Sjf, Silberschatz) {
  const std::vector<TableRow> rows{{"A", 0, 6}, {"B", 0, 8}, {"C", 0, 7}, {"D", 0, 3}};
  const PolicyTable table("sjf", rows);
  EXPECT_EQ(table.gantt(), "D3 A6 C7 B8");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 7);
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", rows).mean_wait(), 10.25);
}

// Tanenbaum and Bos, Modern Operating Systems, 4th edition, section 2.4.2.
TEST(Sjf, TanenbaumShortensTurnaround) {
  const std::vector<TableRow> rows{{"A", 0, 8}, {"B", 0, 4}, {"C", 0, 4}, {"D", 0, 4}};
  EXPECT_DOUBLE_EQ(PolicyTable("fcfs", rows).mean_turnaround(), 14);
  EXPECT_DOUBLE_EQ(PolicyTable("sjf", rows).mean_turnaround(), 11);
}

// The same section: not the best when jobs arrive later; running B, C, D, E, A would average 4.4.
TEST(Sjf, TanenbaumLateArrivals) {
  const std::vector<TableRow> rows{{"A", 0, 2}, {"B", 0, 4}, {"C", 3, 1}, {"D", 3, 1}, {"E", 3, 1}};
  EXPECT_DOUBLE_EQ(PolicyTable("sjf", rows).mean_turnaround(), 4.6);
}

// Stallings, Operating Systems, 9th edition, table 9.5 (shortest process next).
TEST(Sjf, StallingsTable) { EXPECT_EQ(PolicyTable("sjf", stallings_table).finishes(), (Finishes{3, 9, 15, 20, 11})); }

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 7.
TEST(Sjf, OstepTurnaround) {
  EXPECT_DOUBLE_EQ(PolicyTable("sjf", {{"A", 0, 100}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 50);
  EXPECT_NEAR(PolicyTable("sjf", {{"A", 0, 100}, {"B", 10, 10}, {"C", 10, 10}}).mean_turnaround(), 103.33, 0.01);
}

}  // namespace signalbox::sjf_test
