#include "kernel/mm/shortage/oom.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signalbox::oom_test {

constexpr std::uint64_t gib = 262'144;  // pages

// The fixture of design/memory.md, 3.5.
constexpr OomCandidate fixture{
    .pid = Pid(7), .resident_pages = 50'000, .swap_entries = 10'000, .table_pages = 128, .adjustment = 100};

OomCandidate candidate(std::int32_t pid, std::uint64_t pages) { return {.pid = Pid(pid), .resident_pages = pages}; }

TEST(OomBadness, IsMemoryAndAdjustment) { EXPECT_EQ(oom_badness(fixture, gib), 86'328); }

TEST(OomBadness, MayBeNegative) {
  OomCandidate favoured = fixture;
  favoured.adjustment = -999;
  EXPECT_EQ(oom_badness(favoured, gib), 60'128 - 999 * 262);
}

TEST(OomBadness, LowestAdjustmentExempts) {
  OomCandidate exempt = fixture;
  exempt.adjustment = oom_exempt;
  EXPECT_EQ(oom_badness(exempt, gib), std::nullopt);
  exempt.adjustment = 0;
  exempt.is_exempt = true;
  EXPECT_EQ(oom_badness(exempt, gib), std::nullopt);
  EXPECT_EQ(oom_score(exempt, gib), 0U);
}

// 666 for a process without memory, 1333 for one that has all, 2000 for one that has all and adj 1000.
TEST(OomScore, RunsFrom0To2000) {
  EXPECT_EQ(oom_score(candidate(1, 0), 1'000'000), 666U);
  EXPECT_EQ(oom_score(candidate(1, 1'000'000), 1'000'000), 1333U);
  OomCandidate worst = candidate(1, 1'000'000);
  worst.adjustment = 1000;
  EXPECT_EQ(oom_score(worst, 1'000'000), 2000U);
}

TEST(OomVictim, IsTheWorst) {
  const std::vector<OomCandidate> candidates{candidate(1, 10), candidate(2, 30), candidate(3, 20)};
  const OomChoice choice = choose_oom_victim(candidates, gib);
  EXPECT_EQ(choice, (OomChoice{.what = OomChoice::What::kill, .victim = Pid(2), .badness = 30}));
}

TEST(OomVictim, OfEqualsIsTheLater) {
  const std::vector<OomCandidate> candidates{candidate(1, 30), candidate(2, 30), candidate(3, 20)};
  EXPECT_EQ(choose_oom_victim(candidates, gib).victim, Pid(2));
}

TEST(OomVictim, IsWaitedForWhileItDies) {
  std::vector<OomCandidate> candidates{candidate(1, 30), candidate(2, 10)};
  candidates[1].is_dying = true;
  EXPECT_EQ(choose_oom_victim(candidates, gib), OomChoice{.what = OomChoice::What::wait});
}

TEST(OomVictim, IsNobodyWhereAllAreExempt) {
  std::vector<OomCandidate> candidates{candidate(1, 30)};
  candidates[0].is_exempt = true;
  EXPECT_EQ(choose_oom_victim(candidates, gib), OomChoice{.what = OomChoice::What::nobody});
  EXPECT_EQ(choose_oom_victim({}, gib), OomChoice{.what = OomChoice::What::nobody});
}

}  // namespace signalbox::oom_test
