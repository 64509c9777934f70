#include "kernel/mm/shortage/policy_reclaim.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/reclaim_rig.hpp"

namespace signalbox::policy_reclaim_test {

constexpr std::uint32_t frames = 1024;
constexpr FrameRequest at_min{.watermark = WatermarkLevel::min};

ShortageConfig by(std::string_view policy, ReplacementScope scope = ReplacementScope::global) {
  return {.replacement = {.policy = find_reclaimer(policy), .scope = scope}};
}
FakePage of_space(std::uint32_t space, FakePage page = clean_file) {
  page.owner = AddressSpaceId(space);
  return page;
}

TEST(PolicyReclaim, FifoTakesTheOldestPagesOfAll) {
  ReclaimRig rig(frames, 0, by("fifo"));
  const std::vector<FrameNumber> all = rig.add(frames, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted, (std::vector<FrameNumber>{all.begin(), all.begin() + scan_batch}));
  EXPECT_EQ(rig.shortage.counters().reclaimed_direct, scan_batch);
}

TEST(PolicyReclaim, DirtyVictimsLoseTheirFrameWhenTheyAreWritten) {
  ReclaimRig rig(frames, frames, by("fifo"));
  const std::vector<FrameNumber> all = rig.add(frames, idle_anonymous);
  DirectReclaim reclaim(rig.shortage, at_min);
  ReclaimStep step = reclaim.step();
  EXPECT_EQ(step.writes.size(), scan_batch);
  EXPECT_EQ(step.next, ReclaimStep::Next::wait);
  EXPECT_EQ(rig.pages.evicted.size(), 0U);
  rig.access(all[3]);  // somebody maps it again
  rig.write_all();
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted.size(), scan_batch - 1);
  EXPECT_FALSE(std::ranges::count(rig.pages.evicted, all[3]) > 0);
  EXPECT_TRUE(rig.shortage.lists().contains(all[3]));
}

TEST(PolicyReclaim, LocalTakesFromWhoAsks) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  rig.add(frames - 100, of_space(1));
  const std::vector<FrameNumber> own = rig.add(100, of_space(2));
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(2));
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted, (std::vector<FrameNumber>{own.begin(), own.begin() + scan_batch}));
}

TEST(PolicyReclaim, LocalTakesFromTheLargestWhereWhoAsksHasNothing) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  rig.add(100, of_space(1));
  const std::vector<FrameNumber> largest = rig.add(frames - 100, of_space(2));
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(3));
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted.front(), largest.front());
}

TEST(PolicyReclaim, LocalTakesPagesThatNobodyMapsFirst) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  FakePage unmapped = clean_file;
  unmapped.mappings = 0;
  rig.add(frames - 2, of_space(1));
  const FrameNumber later_mapped = rig.add(unmapped);
  const FrameNumber nobodys = rig.add(unmapped);
  rig.access(later_mapped);
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(1));
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted.front(), nobodys);
  EXPECT_EQ(std::ranges::count(rig.pages.evicted, later_mapped), 0);
}

TEST(PolicyReclaim, APageWhoseLastMapperLeftIsNobodys) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  rig.add(frames - 1, of_space(1));
  const FrameNumber page = rig.add(of_space(2));
  EXPECT_EQ(rig.shortage.frames_of(AddressSpaceId(2)), 1U);
  rig.pages.pages.at(page).mappings = 0;
  rig.shortage.left(page, AddressSpaceId(2));
  EXPECT_EQ(rig.shortage.frames_of(AddressSpaceId(2)), 0U);
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(1));
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted.front(), page);
}

TEST(PolicyReclaim, LockedPagesAreNotItsOwn) {
  ReclaimRig rig(frames, 0, by("clock"));
  FakePage locked = clean_file;
  locked.is_locked = true;
  rig.add(20, locked);  // nobody told
  const FrameNumber told = rig.add(clean_file);
  rig.shortage.locked(told);
  rig.add(frames - 21, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.size(PageList::unevictable), 21U);
  rig.shortage.unlocked(told);
  rig.remove(told);
}

TEST(PolicyReclaim, EndsInOomWhereNothingCanGo) {
  ReclaimRig rig(frames, 0, by("second_chance"));
  rig.add(frames, idle_anonymous);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::out_of_memory);
}

// 2q keeps by use what comes back soon after it left; the shadow says that it is the same page, whatever its frame.
TEST(PolicyReclaim, APageThatComesBackIsKnown) {
  ReclaimRig rig(frames, 0, by("2q"));
  rig.add(frames, clean_file);
  DirectReclaim reclaim(rig.shortage, at_min);
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  ASSERT_EQ(rig.pages.shadows.size(), scan_batch);
  for (const EvictionShadow& shadow : rig.pages.shadows) EXPECT_NE(shadow.key, 0U);
  const FrameNumber back = rig.add(clean_file, rig.pages.shadows.front());
  rig.add(scan_batch - 1, clean_file);
  std::vector<FrameNumber> gone;
  for (std::uint32_t batch = 0; batch < frames / 2 / scan_batch; ++batch) {
    rig.pages.evicted.clear();
    DirectReclaim again(rig.shortage, at_min);
    EXPECT_EQ(rig.run(again), ReclaimStep::Next::allocate);
    gone.insert(gone.end(), rig.pages.evicted.begin(), rig.pages.evicted.end());
    rig.add(static_cast<std::uint32_t>(rig.pages.evicted.size()), clean_file);
  }
  EXPECT_EQ(std::ranges::count(gone, back), 0);
}

TEST(PolicyReclaim, SamplesAtTicksWhatWantsEveryReference) {
  EXPECT_TRUE(ReclaimRig(frames, 0, by("lru")).shortage.uses_ticks());
  EXPECT_TRUE(ReclaimRig(frames, 0, by("aging")).shortage.uses_ticks());
  EXPECT_FALSE(ReclaimRig(frames, 0, by("clock")).shortage.uses_ticks());
}

// Every policy that a kernel can have, on the same memory: background reclaim balances it, and all pages are told.
TEST(PolicyReclaim, EachBalancesTheMachine) {
  for (const ReclaimerRow* row : all_reclaimers()) {
    if (row->input == ReclaimerInput::future) continue;
    for (const ReplacementScope scope : {ReplacementScope::global, ReplacementScope::local}) {
      ReclaimRig rig(4096, 4096, by(row->name, scope));
      const std::uint32_t free = rig.ram.memory.zones()[0].watermarks.low;
      for (std::uint32_t i = 0; i < 4096 - free; ++i) {
        rig.add(of_space(i % 3, i % 2 == 0 ? idle_anonymous : clean_file));
        if (i % 100 == 0) rig.shortage.tick();
      }
      EXPECT_TRUE(rig.shortage.background().is_wanted());
      rig.balance();
      EXPECT_TRUE(rig.shortage.background().is_balanced()) << row->name;
      EXPECT_EQ(rig.pages.pages.size(),
                rig.shortage.lists().size(PageKind::anonymous) + rig.shortage.lists().size(PageKind::file));
    }
  }
}

// They change places for ever: what is stuck goes to the end of the queue.
TEST(PolicyReclaim, PagesOfNobodyThatAreStuckHoldNobodyUp) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  FakePage stuck = idle_anonymous;  // there is no swap
  stuck.mappings = 0;
  rig.add(2, stuck);
  const std::vector<FrameNumber> others = rig.add(frames - 2, of_space(1));
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(1));
  EXPECT_EQ(rig.run(reclaim), ReclaimStep::Next::allocate);
  EXPECT_EQ(rig.pages.evicted.front(), others.front());
}

// A frame's last user has no part in what nobody maps there now.
TEST(PolicyReclaim, PagesOfNobodyThatAreWrittenAreNobodys) {
  ReclaimRig rig(frames, 0, by("fifo", ReplacementScope::local));
  const FrameNumber first = rig.add(of_space(1));
  rig.remove(first);
  FakePage unmapped = dirty_file;
  unmapped.mappings = 0;
  const FrameNumber again = rig.add(unmapped);
  ASSERT_EQ(again, first);
  DirectReclaim reclaim(rig.shortage, at_min, AddressSpaceId(1));
  EXPECT_EQ(reclaim.step().writes.size(), 1U);
  EXPECT_EQ(rig.shortage.frames_of(AddressSpaceId(1)), 0U);
}

}  // namespace signalbox::policy_reclaim_test
