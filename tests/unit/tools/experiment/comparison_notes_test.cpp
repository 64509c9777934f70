#include "tools/experiment/comparison_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_made_runs.hpp"

namespace signalbox::comparison_notes_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ComparedRun> runs_with_hashes(const std::vector<std::vector<std::uint64_t>>& hashes) {
  auto runs = hand_made_runs(hashes.size(), hashes.front().size(), [](RunReport&, std::size_t, std::size_t) {});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].trace_hash = hashes[runs[i].policy][i % hashes.front().size()];
  }
  return runs;
}

TEST(ComparisonNotes, OneSeedSupportsNoComparisonOfDraws) {
  EXPECT_THAT(comparison_notes({"cfs", "lottery"}, runs_with_hashes({{1}, {2}})),
              ElementsAre("One seed is one draw: it supports no comparison of what draws random numbers "
                          "(--seeds 5 does)."));
}

TEST(ComparisonNotes, NameThePoliciesWhoseRunsNoSeedChanges) {
  EXPECT_THAT(comparison_notes({"cfs", "lottery", "edf"}, runs_with_hashes({{1, 1}, {2, 3}, {4, 4}})),
              ElementsAre("Every seed gave the same run under cfs, edf: nothing in it is random."));
  EXPECT_THAT(comparison_notes({"cfs", "edf"}, runs_with_hashes({{1, 1}, {4, 4}})),
              ElementsAre("Every seed gave the same runs: nothing in them is random, and one seed says as much."));
  EXPECT_THAT(comparison_notes({"lottery"}, runs_with_hashes({{1, 2}})), IsEmpty());
}

TEST(ComparisonNotes, ARunThatWasNotDoneIsNotIdentical) {
  auto runs = runs_with_hashes({{0, 0}, {2, 3}});
  runs[1].is_done = false;
  EXPECT_THAT(comparison_notes({"cfs", "lottery"}, runs), IsEmpty());
}

TEST(ComparisonNotes, NameWhoStarvedThreads) {
  auto runs = runs_with_hashes({{1, 2}, {3, 4}, {5, 6}});
  runs[0].report.causes.starved = 2;
  runs[1].report.causes.starved = 2;
  runs[5].report.causes.starved = 1;
  EXPECT_THAT(comparison_notes({"fcfs", "cfs", "lottery"}, runs),
              ElementsAre("Threads starved (that waited for more than half the run in one stretch): fcfs 2, "
                          "lottery 0.5."));
}

}  // namespace signalbox::comparison_notes_test
