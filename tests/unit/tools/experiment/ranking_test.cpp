#include "tools/experiment/ranking.hpp"

#include <gtest/gtest.h>

#include "tests/support/hand_made_runs.hpp"

namespace signalbox::ranking_test {

using Ranks = std::vector<std::size_t>;

Ranks ranks(const MetricRanking& ranking) {
  Ranks all;
  for (const Standing& standing : ranking.standings) all.push_back(standing.rank);
  return all;
}

std::vector<bool> unsupported(const MetricRanking& ranking) {
  std::vector<bool> all;
  for (const Standing& standing : ranking.standings) all.push_back(standing.is_unsupported);
  return all;
}

MetricRanking rank_makespans(const std::vector<std::vector<std::int64_t>>& milliseconds) {
  return rank(*find_metric("makespan"), runs_of_makespans(milliseconds), milliseconds.size());
}

TEST(Ranking, LessIsBetterWhereTheMetricSaysSo) {
  const MetricRanking ranking = rank_makespans({{30}, {10}, {20}});
  EXPECT_EQ(ranks(ranking), (Ranks{3, 1, 2}));
  EXPECT_EQ(ranking.best, 1U);
  EXPECT_EQ(ranking.worst, 0U);
}

TEST(Ranking, MoreIsBetterWhereTheMetricSaysSo) {
  const auto runs = hand_made_runs(3, 1, [](RunReport& report, std::size_t policy, std::size_t) {
    report.fairness_jain = std::vector<double>{0.5, 0.9, 0.7}[policy];
  });
  EXPECT_EQ(ranks(rank(*find_metric("fairness"), runs, 3)), (Ranks{3, 1, 2}));
}

TEST(Ranking, EqualValuesShareARankAndTheNextCountsThem) {
  const MetricRanking ranking = rank_makespans({{20}, {10}, {10}, {30}});
  EXPECT_EQ(ranks(ranking), (Ranks{3, 1, 1, 4}));
  EXPECT_EQ(unsupported(ranking), (std::vector<bool>{false, false, false, false}));
}

TEST(Ranking, WhatTheSeedsDoNotSupportSharesARankAndIsMarked) {
  // Differences of the second to the first: 4, -2, 1, its interval holds 0; the third is apart by 100 with each seed.
  const MetricRanking ranking = rank_makespans({{10, 14, 12}, {14, 12, 13}, {110, 114, 113}});
  EXPECT_EQ(ranks(ranking), (Ranks{1, 1, 3}));
  EXPECT_EQ(unsupported(ranking), (std::vector<bool>{true, true, false}));
  EXPECT_DOUBLE_EQ(ranking.standings[0].value->mean, 12e6);
  EXPECT_EQ(ranking.standings[0].value->samples, 3U);
}

TEST(Ranking, APolicyWithoutAllItsValuesHasNoStanding) {
  auto runs = runs_of_makespans({{10, 11}, {20, 21}});
  runs[1].is_done = false;  // interrupted before the second seed of the first policy
  const MetricRanking ranking = rank(*find_metric("makespan"), runs, 2);
  EXPECT_FALSE(ranking.standings[0].value.has_value());
  EXPECT_EQ(ranks(ranking), (Ranks{0, 1}));
  EXPECT_EQ(ranking.best, 1U);
  EXPECT_FALSE(ranking.worst.has_value()) << "there is nobody to be better than";
}

TEST(Ranking, APolicyThatScattersOverTheOthersHidesNoDifferenceBetweenThem) {
  const MetricRanking ranking = rank_makespans({{8'000, 8'000}, {7'304, 7'304}, {10'785, 10'785}, {3'700, 7'100}});
  EXPECT_EQ(ranks(ranking), (Ranks{2, 1, 3, 1}));
  EXPECT_EQ(unsupported(ranking), (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ(ranking.best, 1U) << "it is better than two others, and the scattered one than none";
  EXPECT_EQ(ranking.worst, 2U);
}

TEST(Ranking, WhatIsPrintedAlikeIsEqual) {
  const auto runs = hand_made_runs(2, 1, [](RunReport& report, std::size_t policy, std::size_t) {
    report.fairness_jain = policy == 0 ? 1 - 6e-13 : 1;
    report.makespan = policy == 0 ? Duration(1'914'200'000) : Duration(1'914'000'000);
  });
  EXPECT_EQ(ranks(rank(*find_metric("fairness"), runs, 2)), (Ranks{1, 1}));
  EXPECT_EQ(ranks(rank(*find_metric("makespan"), runs, 2)), (Ranks{1, 1}));
  EXPECT_EQ(unsupported(rank(*find_metric("makespan"), runs, 2)), (std::vector<bool>{false, false}));
}

TEST(Ranking, OfAMetricThatNoRunHasIsEmpty) {
  const auto runs = runs_of_makespans({{10}, {20}});
  const MetricRanking ranking = rank(*find_metric("deadline_misses"), runs, 2);
  EXPECT_FALSE(ranking.best.has_value());
  EXPECT_FALSE(ranking.worst.has_value());
}

}  // namespace signalbox::ranking_test
