#include "kernel/mm/shortage/direct_reclaim.hpp"

#include <gtest/gtest.h>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::direct_reclaim_test {

constexpr std::uint32_t frames = 1024;
constexpr FrameRequest at_min{.watermark = WatermarkLevel::min};

TEST(DirectReclaim, EffortFreesABatchAndTriesAgain) {
  ReclaimRig rig(frames);
  rig.add(frames, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_GE(rig.shortage.counters().reclaimed_direct, scan_batch);
  EXPECT_LE(rig.shortage.counters().reclaimed_direct, 3 * scan_batch);
  EXPECT_EQ(rig.shortage.counters().stalls, 1U);
}

TEST(DirectReclaim, WaitsForWhatItSwapsOut) {
  ReclaimRig rig(frames, frames);
  rig.add(frames, idle_anonymous);
  DirectReclaim reclaim(rig.shortage, at_min);
  std::optional<FrameNumber> waited_for;
  for (ReclaimStep step; step.next == ReclaimStep::Next::again; step = reclaim.step()) {
    if (step.next == ReclaimStep::Next::wait) waited_for = step.page;
  }
  EXPECT_GT(rig.shortage.writes().writing(), 0U);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_GT(rig.pages.evicted.size(), 0U);
}

// 16 efforts in vain, and each of them looks again at what it spared.
TEST(DirectReclaim, EndsInOomWhereEverythingIsUsedAllTheTime) {
  ReclaimRig rig(frames);
  const std::vector<FrameNumber> all = rig.add(frames, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  unsigned tries = 0;
  while (true) {
    for (const FrameNumber page : all) rig.pages.pages.at(page).accessed = 2;
    const ReclaimStep::Next next = reclaim.step().next;
    if (next == ReclaimStep::Next::allocate) ++tries;
    if (next == ReclaimStep::Next::out_of_memory) break;
    ASSERT_LT(tries, 17U);
  }
  EXPECT_EQ(tries, ReclaimState::max_retries);
  EXPECT_EQ(rig.shortage.counters().stalls, ReclaimState::max_retries + 1);
}

TEST(DirectReclaim, EndsInOomAtOnceWhereNothingIsReclaimable) {
  ReclaimRig rig(frames);
  rig.add(frames, idle_anonymous);  // and no swap
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::out_of_memory);
  EXPECT_EQ(rig.shortage.counters().stalls, 1U);
}

TEST(DirectReclaim, EndsInOomWhenSwapIsFull) {
  ReclaimRig rig(frames, 64);
  rig.add(frames, idle_anonymous);
  DirectReclaim reclaim(rig.shortage, at_min);
  std::uint32_t freed = 0;
  ReclaimStep::Next next = rig.run(reclaim);
  for (; next == ReclaimStep::Next::allocate; next = rig.run(reclaim)) {
    freed = static_cast<std::uint32_t>(rig.pages.evicted.size());
  }
  EXPECT_EQ(next, ReclaimStep::Next::out_of_memory);
  EXPECT_LE(freed, 64U);
  EXPECT_GT(freed, 0U);
}

TEST(DirectReclaim, WritesBackWhereAllFilesAreDirty) {
  ReclaimRig rig(frames);
  rig.add(frames, dirty_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  ReclaimStep step = reclaim.step();
  std::size_t writes = step.writes.size();
  while (step.next == ReclaimStep::Next::again) {
    step = reclaim.step();
    writes += step.writes.size();
  }
  EXPECT_EQ(step.next, ReclaimStep::Next::wait);
  EXPECT_EQ(writes, ReclaimState::max_writes);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
}

TEST(DirectReclaim, LockedPagesStay) {
  ReclaimRig rig(frames);
  FakePage locked = clean_file;
  locked.is_locked = true;
  rig.add(frames, locked);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::out_of_memory);
  EXPECT_EQ(rig.size(PageList::unevictable), frames);
}

TEST(DirectReclaim, RevivesBackgroundReclaim) {
  ReclaimRig rig(frames);
  const std::vector<FrameNumber> all = rig.add(frames - 10, idle_anonymous);
  rig.balance();
  EXPECT_FALSE(rig.shortage.background().is_wanted());
  rig.add(10, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_TRUE(rig.shortage.background().is_wanted());
}

}  // namespace signalbox::direct_reclaim_test
