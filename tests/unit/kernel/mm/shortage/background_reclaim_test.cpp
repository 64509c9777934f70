#include "kernel/mm/shortage/background_reclaim.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::background_reclaim_test {

// 16 MiB: min 128, low 160, high 192 frames by the formulas of watermarks.
constexpr std::uint32_t frames = 4096;

const Watermarks& marks(const ReclaimRig& rig) { return rig.ram.memory.zones()[0].watermarks; }

TEST(BackgroundReclaim, IsWantedBelowLowAndBalancedAboveHigh) {
  ReclaimRig rig(frames);
  const BackgroundReclaim& background = rig.shortage.background();
  std::vector<FrameNumber> taken;
  const auto leave = [&](std::uint32_t free) {
    while (rig.ram.memory.free_frames() > free) taken.push_back(rig.add(clean_file));
  };
  leave(marks(rig).high + 1);
  EXPECT_TRUE(background.is_balanced());
  leave(marks(rig).high);
  EXPECT_FALSE(background.is_balanced());
  leave(marks(rig).low + 1);
  EXPECT_FALSE(background.is_wanted());
  leave(marks(rig).low);
  EXPECT_TRUE(background.is_wanted());
}

TEST(BackgroundReclaim, FreesToTheHighWatermark) {
  ReclaimRig rig(frames);
  rig.add(frames - marks(rig).low, clean_file);
  const std::uint32_t reclaimed = rig.balance();
  EXPECT_TRUE(rig.shortage.background().is_balanced());
  EXPECT_LT(reclaimed, 2 * marks(rig).high);
  EXPECT_EQ(rig.shortage.counters().reclaimed_background, reclaimed);
  EXPECT_EQ(rig.shortage.counters().reclaimed_direct, 0U);
}

TEST(BackgroundReclaim, SleepsAtOnceWhereAllIsWell) {
  ReclaimRig rig(frames);
  const ReclaimStep step = rig.shortage.background().step();
  EXPECT_EQ(step.next, ReclaimStep::Next::sleep);
  EXPECT_EQ(step.scanned, 0U);
}

TEST(BackgroundReclaim, SwapsOutAndWaitsForTheDevice) {
  ReclaimRig rig(frames, frames);
  rig.add(frames - marks(rig).low, idle_anonymous);
  bool has_waited = false;
  for (int i = 0; i < 1000 && !rig.shortage.background().is_balanced(); ++i) {
    const ReclaimStep step = rig.shortage.background().step();
    EXPECT_LE(rig.shortage.writes().writing(), ReclaimState::max_writes + 4 * scan_batch);
    if (step.next != ReclaimStep::Next::wait) continue;
    has_waited = true;
    EXPECT_TRUE(rig.pages.is_busy(step.page));
    EXPECT_EQ(step.at_most, write_throttle);
    rig.write_all();
  }
  EXPECT_TRUE(has_waited);
  EXPECT_TRUE(rig.shortage.background().is_balanced());
  EXPECT_GT(rig.swap.slots() - rig.swap.free_slots(), 0U);
}

TEST(BackgroundReclaim, GivesUpWhereNothingCanBeReclaimed) {
  ReclaimRig rig(frames);
  rig.add(frames - marks(rig).low, idle_anonymous);  // no swap
  EXPECT_TRUE(rig.shortage.background().is_wanted());
  EXPECT_EQ(rig.balance(), 0U);
  EXPECT_FALSE(rig.shortage.background().is_wanted());
  EXPECT_FALSE(rig.shortage.background().is_balanced());
}

TEST(BackgroundReclaim, WritesDirtyFilesItselfWhereNothingElseIsLeft) {
  ReclaimRig rig(frames);
  rig.add(frames - marks(rig).low, dirty_file);
  rig.balance();
  EXPECT_TRUE(rig.shortage.background().is_balanced());
  EXPECT_GT(rig.shortage.counters().writes, 0U);
}

TEST(BackgroundReclaim, SparesWhatIsUsedAllTheTime) {
  ReclaimRig rig(frames);
  const std::vector<FrameNumber> hot = rig.add(200, clean_file);
  rig.add(frames - marks(rig).low - 200, clean_file);
  for (int round = 0; round < 40; ++round) {
    while (rig.shortage.background().step().next != ReclaimStep::Next::sleep) rig.access(hot);
    while (!rig.shortage.background().is_wanted()) rig.add(clean_file);
  }
  EXPECT_GT(rig.pages.evicted.size(), 1000U);
  for (const FrameNumber page : hot) EXPECT_EQ(std::ranges::count(rig.pages.evicted, page), 0);
}

}  // namespace signalbox::background_reclaim_test
