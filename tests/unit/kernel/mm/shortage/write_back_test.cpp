#include "kernel/mm/shortage/write_back.hpp"

#include <gtest/gtest.h>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::write_back_test {

constexpr std::uint32_t frames = 4096;

// By hand, in the kernel's fixed point: 409 and 819 of 4,096.
TEST(DirtyLimits, AreTenAndTwentyPercent) {
  EXPECT_EQ(dirty_limits(100'000, {}), (DirtyLimits{.background = 9985, .throttle = 19'995}));
}

TEST(DirtyLimits, BackgroundIsBelowThrottle) {
  EXPECT_EQ(dirty_limits(4096, {.background_percent = 50, .throttle_percent = 20}),
            (DirtyLimits{.background = 409, .throttle = 819}));
}

TEST(WriteBack, DirtyableIsWhatIsFreeAndOfFiles) {
  ReclaimRig rig(frames);
  const std::uint32_t high = rig.ram.memory.zones()[0].watermarks.high;
  EXPECT_EQ(rig.shortage.write_back().dirtyable_pages(), frames - high + 1);
  rig.add(100, clean_file);
  EXPECT_EQ(rig.shortage.write_back().dirtyable_pages(), frames - high + 1);
  rig.add(100, idle_anonymous);
  EXPECT_EQ(rig.shortage.write_back().dirtyable_pages(), frames - high + 1 - 100);
}

TEST(WriteBack, WritesWhatIsDirtyFor30Seconds) {
  ReclaimRig rig(frames);
  rig.add(3, dirty_file);
  rig.clock.at = Instant() + 1_s;
  rig.add(1, dirty_file);
  WriteBack& write_back = rig.shortage.write_back();
  EXPECT_EQ(write_back.step(Instant() + 30_s - 1_ns).writes.size(), 0U);
  const ReclaimStep step = write_back.step(Instant() + 30_s);
  EXPECT_EQ(step.writes.size(), 3U);
  EXPECT_EQ(step.next, ReclaimStep::Next::sleep);
  EXPECT_EQ(rig.shortage.writes().dirty(), 1U);
  EXPECT_EQ(rig.shortage.writes().writing(), 3U);
}

TEST(WriteBack, WritesDownToTheBackgroundLimit) {
  ReclaimRig rig(frames);
  const auto limit = static_cast<std::uint32_t>(rig.shortage.write_back().limits().background);
  rig.add(limit, dirty_file);
  EXPECT_FALSE(rig.shortage.write_back().is_wanted());
  rig.add(5, dirty_file);
  EXPECT_TRUE(rig.shortage.write_back().is_wanted());
  EXPECT_EQ(rig.shortage.write_back().step(Instant()).writes.size(), 5U);
  EXPECT_FALSE(rig.shortage.write_back().is_wanted());
}

TEST(WriteBack, WaitsWhenTheDeviceHasEnough) {
  ReclaimRig rig(frames);
  rig.add(1000, dirty_file);
  const ReclaimStep step = rig.shortage.write_back().step(Instant());
  EXPECT_EQ(step.next, ReclaimStep::Next::wait);
  EXPECT_EQ(step.writes.size(), ReclaimState::max_writes);
  EXPECT_EQ(step.page, step.writes.front().frame);
}

TEST(WriteBack, DirtierWaitsAboveTheThrottle) {
  ReclaimRig rig(frames);
  WriteBack& write_back = rig.shortage.write_back();
  const auto limit = static_cast<std::uint32_t>(write_back.limits().throttle);
  rig.add(limit, dirty_file);
  const ReclaimStep step = write_back.step(Instant());
  EXPECT_EQ(write_back.wait_of_dirtier(), std::nullopt);
  rig.add(1, dirty_file);
  EXPECT_EQ(write_back.wait_of_dirtier(), step.writes.front().frame);
  rig.written(step.writes.front().frame);
  EXPECT_EQ(write_back.wait_of_dirtier(), std::nullopt);
}

TEST(WriteBack, PageThatChangesWhileItIsWrittenIsWrittenAgainLater) {
  ReclaimRig rig(frames);
  const FrameNumber page = rig.add(dirty_file);
  rig.shortage.write_back().step(Instant() + 30_s);
  rig.clock.at = Instant() + 30_s;
  rig.pages.pages.at(page).is_dirty = true;
  rig.shortage.dirtied(page);
  EXPECT_EQ(rig.shortage.write_back().step(Instant() + 90_s).writes.size(), 0U);  // still busy
  rig.written(page);
  EXPECT_EQ(rig.shortage.write_back().step(Instant() + 60_s).writes.size(), 1U);
}

}  // namespace signalbox::write_back_test
