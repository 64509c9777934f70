#include "tools/experiment/comparison_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/hand_made_runs.hpp"

namespace signalbox {
namespace {

std::vector<MetricRanking> makespans(const std::vector<std::vector<std::int64_t>>& milliseconds) {
  return {rank(*find_metric("makespan"), runs_of_makespans(milliseconds), milliseconds.size())};
}

TEST(ComparisonTable, HasARowAPolicyAndARankBehindEachValue) {
  EXPECT_EQ(comparison_table({"fcfs", "mlfq"}, makespans({{20}, {10}})),
            "policy  makespan   \n"
            "fcfs      20 ms  2 \n"
            "mlfq      10 ms  1 \n\n");
}

TEST(ComparisonTable, ALongNameHasALineOfItsOwn) {
  const std::string name = "mlfq:queues=5,quantum=17ms,growth=3,boost=1234ms";
  EXPECT_EQ(comparison_table({"fcfs", name}, makespans({{20}, {10}})),
            "policy  makespan   \nfcfs      20 ms  2 \n" + name + "\n          10 ms  1 \n\n");
}

TEST(ComparisonTable, WrapsSentencesAtAHundredColumns) {
  EXPECT_EQ(wrapped("two words"), "two words\n");
  const std::string word(60, 'x');
  EXPECT_EQ(wrapped(word + " " + word), word + "\n  " + word + "\n");
  EXPECT_EQ(wrapped(std::string(98, 'x') + " ±"), std::string(98, 'x') + " ±\n") << "two bytes, one column";
}

}  // namespace
}  // namespace signalbox
