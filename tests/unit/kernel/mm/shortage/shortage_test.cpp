#include "kernel/mm/shortage/shortage.hpp"

#include <gtest/gtest.h>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::shortage_test {

TEST(Shortage, NewPagesAreInactive) {
  ReclaimRig rig(64);
  EXPECT_EQ(rig.list_of(rig.add(clean_file)), PageList::inactive_file);
  EXPECT_EQ(rig.list_of(rig.add(idle_anonymous)), PageList::inactive_anonymous);
}

TEST(Shortage, PageThatComesBackSoonIsActive) {
  ReclaimRig rig(64);
  const FrameNumber page = rig.add(clean_file, EvictionShadow{.age = 0});
  EXPECT_EQ(rig.list_of(page), PageList::active_file);
  EXPECT_EQ(rig.shortage.counters().refaults[1], 1U);
  EXPECT_EQ(rig.shortage.counters().refault_activations[1], 1U);
  EXPECT_EQ(rig.shortage.counters().refault_restores[1], 0U);
}

// Four have gone or been activated since, and one page is active.
TEST(Shortage, PageThatComesBackLateIsNot) {
  ReclaimRig rig(64);
  for (int i = 0; i < 4; ++i) rig.add(clean_file, EvictionShadow{.age = static_cast<std::uint64_t>(i)});
  const FrameNumber page = rig.add(clean_file, EvictionShadow{.age = 0, .was_workingset = true});
  EXPECT_EQ(rig.list_of(page), PageList::active_file);  // distance 4, 4 active
  for (const std::uint32_t frame : {0U, 1U, 2U, 3U}) rig.remove(FrameNumber(frame));
  EXPECT_EQ(rig.list_of(rig.add(clean_file, EvictionShadow{.age = 0})), PageList::inactive_file);  // distance 5, 1
  EXPECT_EQ(rig.shortage.counters().refaults[1], 6U);
  EXPECT_EQ(rig.shortage.counters().refault_activations[1], 5U);
  EXPECT_EQ(rig.shortage.counters().refault_restores[1], 1U);
}

TEST(Shortage, TouchedTwiceIsActive) {
  ReclaimRig rig(64);
  const FrameNumber page = rig.add(clean_file);
  rig.shortage.touched(page);
  EXPECT_EQ(rig.list_of(page), PageList::inactive_file);
  rig.shortage.touched(page);
  EXPECT_EQ(rig.list_of(page), PageList::active_file);
  EXPECT_EQ(rig.shortage.counters().activated, 1U);
  rig.shortage.deactivated(page);
  EXPECT_EQ(rig.list_of(page), PageList::inactive_file);
}

TEST(Shortage, NextToGoStandsAtTheEnd) {
  ReclaimRig rig(64);
  rig.add(3, clean_file);
  const FrameNumber page = rig.add(clean_file);
  rig.shortage.is_next(page);
  EXPECT_EQ(rig.shortage.lists().oldest(PageList::inactive_file), page);
}

TEST(Shortage, LockedPagesAreUnevictableUntilTheyAreNot) {
  ReclaimRig rig(64);
  const FrameNumber page = rig.add(clean_file);
  rig.shortage.locked(page);
  rig.shortage.touched(page);
  rig.shortage.touched(page);
  EXPECT_EQ(rig.list_of(page), PageList::unevictable);
  rig.shortage.unlocked(page);
  EXPECT_EQ(rig.list_of(page), PageList::inactive_file);
}

TEST(Shortage, WrittenPageThatReclaimWantsIsNext) {
  ReclaimRig rig(64, 64);
  const std::vector<FrameNumber> all = rig.add(60, idle_anonymous);
  while (rig.shortage.writes().writing() == 0) rig.shortage.background().step();
  const FrameNumber first = *rig.shortage.writes().oldest_writing();
  rig.written(first);
  EXPECT_EQ(rig.shortage.lists().oldest(PageList::inactive_anonymous), first);
  EXPECT_EQ(rig.shortage.counters().rotated, 1U);
  EXPECT_EQ(rig.shortage.counters().written, 1U);
}

TEST(Shortage, PageMayGoWhileItIsWritten) {
  ReclaimRig rig(64);
  const FrameNumber page = rig.add(dirty_file);
  rig.shortage.start_write(page);
  rig.shortage.removed(page);
  EXPECT_FALSE(rig.shortage.lists().contains(page));
  rig.shortage.written(page);
  EXPECT_EQ(rig.shortage.writes().writing(), 0U);
}

TEST(Shortage, PageThatWasNeverAddedMayBeRemoved) {
  ReclaimRig rig(64);
  rig.shortage.removed(FrameNumber(5));
  EXPECT_EQ(rig.shortage.lists().size(PageKind::file), 0U);
}

TEST(Shortage, CountsWhatBecomesDirtyOnce) {
  ReclaimRig rig(64);
  const FrameNumber page = rig.add(dirty_file);
  rig.shortage.dirtied(page);
  EXPECT_EQ(rig.shortage.counters().dirtied, 1U);
  rig.shortage.cleaned(page);
  EXPECT_EQ(rig.shortage.writes().dirty(), 0U);
}

TEST(ShortageDeathTest, SwappinessHasLimits) {
  EXPECT_DEATH(ReclaimRig(64, 0, {.swappiness = 201}), "between 0 and 200");
}

}  // namespace signalbox::shortage_test
