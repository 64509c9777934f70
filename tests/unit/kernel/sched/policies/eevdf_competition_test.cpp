#include "kernel/sched/policies/eevdf_competition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <vector>

namespace signalbox::eevdf_competition_test {

TEST(VruntimeSum, AverageIsRoundedDown) {
  EXPECT_EQ((VruntimeSum(3, 1) + VruntimeSum(4, 1)).average(), 3);
  EXPECT_EQ((VruntimeSum(-3, 1) + VruntimeSum(-4, 1)).average(), -4);
  EXPECT_EQ((VruntimeSum(0, 3000) + VruntimeSum(4, 1000)).average(), 1);
}

// A sum that needs more than a register has the same average.
TEST(VruntimeSum, AverageOfWhatIsWideIsExact) {
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 2;
  EXPECT_EQ((VruntimeSum(far, 88761) + VruntimeSum(far + 1, 88761)).average(), far);
  EXPECT_EQ((VruntimeSum(-far, 88761) + VruntimeSum(-far - 1, 88761)).average(), -far - 1);
}

// fair.c, vruntime_eligible: without a division, and yet the same.
RC_GTEST_PROP(VruntimeSum, ReachesWhoIsAtOrBelowTheAverage, ()) {
  VruntimeSum sum;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    sum.add(*rc::gen::inRange<std::int64_t>(-1000, 1000), static_cast<std::uint32_t>(*rc::gen::inRange(1, 100)));
  }
  const auto vruntime = *rc::gen::inRange<std::int64_t>(-1000, 1000);
  RC_ASSERT(sum.reaches(vruntime) == (vruntime <= sum.average()));
}

// One of weight 1024 competes, and runs.
void run(EevdfCompetition& all, std::int64_t vruntime, Instant since) {
  all.start_competing(vruntime, 1024);
  all.start_running(vruntime, 1024, since);
}

TEST(EevdfCompetition, WithOneCpuEverybodyCounts) {
  EevdfCompetition all(1);
  all.admit(1024);
  EXPECT_TRUE(all.nobody_competes());
  run(all, 100, Instant());
  all.start_competing(300, 1024);
  EXPECT_FALSE(all.must_be_searched());
  EXPECT_EQ(all.sum().average(), 200);
  EXPECT_FALSE(all.knows_unaccounted());
}

// Two of one weight on four CPUs: each that runs has a CPU whatever the others do, and falls behind who waits.
TEST(EevdfCompetition, WhoHasMoreThanACpusShareDoesNotCountWhileOthersWait) {
  EevdfCompetition all(4);
  all.admit(1024);
  run(all, 100, Instant());
  EXPECT_EQ(all.sum().average(), 100);
  all.start_competing(300, 1024);
  EXPECT_EQ(all.sum().average(), 300);
  EXPECT_EQ(all.unaccounted(Instant() + 7_ns, {}), 0);
  for (int i = 0; i < 2; ++i) all.start_competing(300, 1024);
  EXPECT_EQ(all.sum().average(), 250);
  EXPECT_EQ(all.unaccounted(Instant() + 7_ns, {}), 7);
  all.stop_competing(300, 1024);
  EXPECT_EQ(all.sum({100, 1024}).load(), 3 * 1024) << "who is just leaving its CPU counts";
}

TEST(EevdfCompetition, KnowsWhatAllThatRunHaveRun) {
  EevdfCompetition all(2);
  all.admit(1024);
  run(all, 0, Instant() + 10_ns);
  run(all, 0, Instant() + 20_ns);
  EXPECT_TRUE(all.knows_unaccounted());
  EXPECT_EQ(all.unaccounted(Instant() + 50_ns, {}), 40 + 30);
  EXPECT_EQ(all.unaccounted(Instant() + 50_ns, 30_ns), 40) << "without one that left";
  all.account(30, 1024, 30_ns);
  EXPECT_EQ(all.unaccounted(Instant() + 50_ns, {}), 70 - 30);
  EXPECT_EQ(all.sum().average(), 15);
  all.stop_running(30, 1024, Instant() + 50_ns);
  EXPECT_EQ(all.unaccounted(Instant() + 50_ns, {}), 40);
}

TEST(EevdfCompetition, WeightsThatDifferAreLookedAtOneByOne) {
  EevdfCompetition all(2);
  all.admit(1024);
  all.admit(15);
  run(all, 0, Instant());
  EXPECT_FALSE(all.must_be_searched()) << "nobody waits";
  all.start_competing(0, 15);
  EXPECT_TRUE(all.must_be_searched());
  EXPECT_FALSE(all.counts(1024));
  EXPECT_TRUE(all.counts(15));
  EXPECT_FALSE(all.knows_unaccounted());
}

}  // namespace signalbox::eevdf_competition_test
