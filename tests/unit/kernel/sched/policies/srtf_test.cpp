#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::srtf_test {

// Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section 5.3.2.
TEST(Srtf, Silberschatz) {
  const std::vector<TableRow> rows{{"A", 0, 8}, {"B", 1, 4}, {"C", 2, 9}, {"D", 3, 5}};
  const PolicyTable table("srtf", rows);
  EXPECT_EQ(table.gantt(), "A1 B4 D5 A7 C9");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 6.5);
  EXPECT_DOUBLE_EQ(PolicyTable("sjf", rows).mean_wait(), 7.75);
}

// Stallings, Operating Systems, 9th edition, table 9.5 (shortest remaining time).
TEST(Srtf, StallingsTable) { EXPECT_EQ(PolicyTable("srtf", stallings_table).finishes(), (Finishes{3, 15, 8, 20, 10})); }

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 7 (shortest time-to-completion first).
TEST(Srtf, Ostep) {
  const PolicyTable table("srtf", {{"A", 0, 100}, {"B", 10, 10}, {"C", 10, 10}});
  EXPECT_EQ(table.gantt(), "A10 B10 C10 A90");
  EXPECT_DOUBLE_EQ(table.mean_turnaround(), 50);
}

TEST(Srtf, DisplacesTheLongestRemainingOfSeveralCpus) {
  PolicyDriver driver("srtf", {.cpus = 3});
  for (const int length : {10, 30, 20}) driver.add({.name = "hog", .arrival = {}, .steps = {{1_ms * length, {}}}});
  driver.add({.name = "short", .arrival = Instant() + 1_ms, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.task(3).finish, Instant() + 2_ms);
  EXPECT_EQ(driver.task(1).finish, Instant() + 31_ms);
}

}  // namespace signalbox::srtf_test
