#include "tools/experiment/comparison_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/hand_made_runs.hpp"

namespace signalbox::comparison_table_test {

std::vector<MetricRanking> makespans(const std::vector<std::vector<std::int64_t>>& milliseconds) {
  return {rank(*find_metric("makespan"), runs_of_makespans(milliseconds), milliseconds.size())};
}

TEST(ComparisonTable, HasARowAPolicyAndARankBehindEachValue) {
  EXPECT_EQ(comparison_table({.heading = "policy", .names = {"fcfs", "mlfq"}}, makespans({{20}, {10}})),
            "policy  makespan   \n"
            "fcfs      20 ms  2 \n"
            "mlfq      10 ms  1 \n\n");
}

TEST(ComparisonTable, ALongNameHasALineOfItsOwn) {
  const std::string name = "mlfq:queues=5,quantum=17ms,growth=3,boost=1234ms";
  EXPECT_EQ(comparison_table({.heading = "policy", .names = {"fcfs", name}}, makespans({{20}, {10}})),
            "policy  makespan   \nfcfs      20 ms  2 \n" + name + "\n          10 ms  1 \n\n");
}

std::string best_of(const std::vector<std::vector<std::int64_t>>& milliseconds) {
  TableRows rows{.heading = "quantum", .names = {}, .mark = RowMark::best};
  for (std::size_t i = 1; i <= milliseconds.size(); ++i) rows.names.push_back(std::to_string(i) + "ms");
  return comparison_table(rows, makespans(milliseconds));
}

TEST(ComparisonTable, MarksTheBestValueOfAnOption) {
  EXPECT_EQ(best_of({{20}, {10}, {30}}),
            "quantum  makespan  \n"
            "1ms         20 ms  \n"
            "2ms         10 ms *\n"
            "3ms         30 ms  \n\n");
}

TEST(ComparisonTable, MarksWhatTheSeedsDoNotTellFromTheBest) {
  EXPECT_EQ(best_of({{10, 14, 12}, {14, 12, 13}, {40, 41, 43}}),
            "quantum        makespan  \n"
            "1ms          12 ms ±41% *\n"
            "2ms          13 ms ±19% ~\n"
            "3ms      41.33 ms ±9.2%  \n\n");
  EXPECT_TRUE(has_tilde(RowMark::best, makespans({{10, 14, 12}, {14, 12, 13}}).front()));
  EXPECT_FALSE(has_tilde(RowMark::best, makespans({{10}, {20}}).front()));
}

TEST(ComparisonTable, MarksNothingWhereAllAreEqual) {
  EXPECT_EQ(best_of({{10}, {10}}),
            "quantum  makespan  \n"
            "1ms         10 ms  \n"
            "2ms         10 ms  \n\n");
}

}  // namespace signalbox::comparison_table_test
