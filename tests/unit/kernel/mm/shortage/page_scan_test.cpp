#include "kernel/mm/shortage/page_scan.hpp"

#include <gtest/gtest.h>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::page_scan_test {

// A scan without anybody who asks for it: a state of its own, pages of the rig's kind.
struct Scanned {
  explicit Scanned(std::uint32_t swap_slots = 0)
      : swap(swap_slots), pages(ram.memory, swap), state(ram.memory, swap, pages) {}

  FrameNumber add(const FakePage& page, PageList list) {
    const FrameNumber frame = *ram.memory.allocate(to_the_last_frame());
    pages.pages[frame] = page;
    state.lists.add(frame, page.kind, list);
    return frame;
  }
  FrameNumber add_inactive(const FakePage& page) { return add(page, inactive_list(page.kind)); }
  ScanCounts scan(PageKind kind, ReclaimedBy by = ReclaimedBy::direct) {
    return PageScan(state, by).shrink_inactive(kind, scan_batch, writes);
  }
  ScanCounts scan_files(ReclaimedBy by = ReclaimedBy::direct) { return scan(PageKind::file, by); }
  std::uint32_t scan_active(PageKind kind) {
    return PageScan(state, ReclaimedBy::direct).shrink_active(kind, scan_batch);
  }
  void finish(FrameNumber page) {
    pages.pages.at(page).is_busy = false;
    state.writes.finished(page);
  }
  PageList list_of(FrameNumber page) const { return state.lists.list_of(page); }

  EmulatedRam ram{128};
  SwapArea swap;
  FakePages pages;
  ReclaimState state;
  std::vector<BlockRequest> writes;
};

TEST(PageScan, CleanUnusedPageIsEvicted) {
  Scanned at;
  const FrameNumber page = at.add_inactive(clean_file);
  const ScanCounts counts = at.scan_files();
  EXPECT_EQ(counts.reclaimed, 1U);
  EXPECT_EQ(at.pages.evicted, std::vector{page});
  EXPECT_FALSE(at.state.lists.contains(page));
  EXPECT_EQ(at.state.counters.reclaimed_direct, 1U);
  EXPECT_EQ(at.state.counters.reclaimed[1], 1U);
}

TEST(PageScan, OldestGoesFirstAndABatchHas32) {
  Scanned at;
  std::vector<FrameNumber> added;
  for (int i = 0; i < 40; ++i) added.push_back(at.add_inactive(clean_file));
  EXPECT_EQ(at.scan_files().scanned, 32U);
  EXPECT_EQ(at.pages.evicted, (std::vector<FrameNumber>{added.begin(), added.begin() + 32}));
}

TEST(PageScan, UsedOnceIsKeptAndUsedAgainIsActive) {
  Scanned at;
  FakePage used = clean_file;
  used.accessed = 1;
  const FrameNumber page = at.add_inactive(used);
  at.scan_files();
  EXPECT_EQ(at.list_of(page), PageList::inactive_file);
  EXPECT_TRUE(at.state.lists.marks(page).is_referenced);
  at.pages.pages.at(page).accessed = 1;
  at.scan_files();
  EXPECT_EQ(at.list_of(page), PageList::active_file);
  EXPECT_EQ(at.state.counters.activated, 1U);
  EXPECT_EQ(at.state.workingset.age(), 1U);
}

TEST(PageScan, UsedByTwoIsActiveAtOnce) {
  Scanned at;
  FakePage used = clean_file;
  used.accessed = 2;
  const FrameNumber page = at.add_inactive(used);
  at.scan_files();
  EXPECT_EQ(at.list_of(page), PageList::active_file);
}

TEST(PageScan, UsedCodeIsActiveAtOnceIfItIsOfAFile) {
  Scanned at(8);
  FakePage code = clean_file;
  code.accessed = 1;
  code.is_code = true;
  const FrameNumber of_file = at.add_inactive(code);
  code.kind = PageKind::anonymous;
  const FrameNumber anonymous = at.add_inactive(code);
  at.scan_files();
  at.scan(PageKind::anonymous);
  EXPECT_EQ(at.list_of(of_file), PageList::active_file);
  EXPECT_EQ(at.list_of(anonymous), PageList::inactive_anonymous);
}

TEST(PageScan, ReadOnceAndNotMappedGoes) {
  Scanned at;
  FakePage read = clean_file;
  read.mappings = 0;
  at.state.lists.marks(at.add_inactive(read)).is_referenced = true;
  EXPECT_EQ(at.scan_files().reclaimed, 1U);
}

TEST(PageScan, LockedPageIsCulled) {
  Scanned at;
  FakePage locked = clean_file;
  locked.is_locked = true;
  const FrameNumber page = at.add_inactive(locked);
  const FrameNumber active = at.add(locked, PageList::active_file);
  at.scan_files();
  at.scan_active(PageKind::file);
  EXPECT_EQ(at.list_of(page), PageList::unevictable);
  EXPECT_EQ(at.list_of(active), PageList::unevictable);
  EXPECT_EQ(at.state.counters.culled, 2U);
}

TEST(PageScan, PageThatIsReadIsKept) {
  Scanned at;
  FakePage read = clean_file;
  read.is_busy = true;
  const FrameNumber page = at.add_inactive(read);
  EXPECT_EQ(at.scan_files().reclaimed, 0U);
  EXPECT_EQ(at.list_of(page), PageList::inactive_file);
}

TEST(PageScan, AnonymousPageGoesToSwapFirst) {
  Scanned at(8);
  const FrameNumber page = at.add_inactive(idle_anonymous);
  EXPECT_EQ(at.scan(PageKind::anonymous).reclaimed, 0U);
  ASSERT_EQ(at.writes.size(), 1U);
  EXPECT_EQ(at.writes[0].device, BlockRequest::Device::swap);
  EXPECT_FALSE(at.pages.is_mapped(page));
  EXPECT_EQ(at.state.workingset.cost(PageKind::anonymous), 0U);  // noted, and faded: there is one page in all
  EXPECT_EQ(at.state.counters.writes, 1U);
  at.finish(page);
  EXPECT_EQ(at.scan(PageKind::anonymous).reclaimed, 1U);
  EXPECT_EQ(at.writes.size(), 1U);
}

TEST(PageScan, AnonymousPageWithACopyInSwapNeedsNoSecondWrite) {
  Scanned at(8);
  FakePage copied = idle_anonymous;
  copied.is_dirty = false;
  copied.slot = at.swap.allocate();
  at.add_inactive(copied);
  EXPECT_EQ(at.scan(PageKind::anonymous).reclaimed, 1U);
  EXPECT_EQ(at.writes.size(), 0U);
}

TEST(PageScan, AnonymousPageIsActiveWhereSwapIsFull) {
  Scanned at;
  const FrameNumber page = at.add_inactive(idle_anonymous);
  at.scan(PageKind::anonymous);
  EXPECT_EQ(at.list_of(page), PageList::active_anonymous);
  EXPECT_TRUE(at.pages.is_mapped(page));
}

TEST(PageScan, ActivatedPageLosesItsSlotWhereSwapIsOverHalf) {
  Scanned at(1);
  FakePage used = idle_anonymous;
  used.accessed = 2;
  used.slot = at.swap.allocate();
  at.add_inactive(used);
  at.scan(PageKind::anonymous);
  EXPECT_EQ(at.swap.free_slots(), 1U);
}

TEST(PageScan, WrittenPageIsOutOfTheWayUntilItIsWritten) {
  Scanned at(8);
  const FrameNumber page = at.add_inactive(idle_anonymous);
  at.scan(PageKind::anonymous);
  const ScanCounts counts = at.scan(PageKind::anonymous);
  EXPECT_EQ(counts.written, 1U);
  EXPECT_EQ(at.list_of(page), PageList::active_anonymous);
  EXPECT_TRUE(at.state.lists.marks(page).wants_reclaim);
}

TEST(PageScan, BackgroundIsToldThatWrittenPagesComeAround) {
  Scanned at(8);
  at.add_inactive(idle_anonymous);
  at.scan(PageKind::anonymous);
  at.state.sees_written_only = true;
  EXPECT_EQ(at.scan(PageKind::anonymous, ReclaimedBy::background).immediate, 1U);
}

TEST(PageScan, DirtyFilePageIsDeferred) {
  Scanned at;
  const FrameNumber page = at.add_inactive(dirty_file);
  const ScanCounts counts = at.scan_files();
  EXPECT_EQ(counts.dirty_unwritten, 1U);
  EXPECT_EQ(at.writes.size(), 0U);
  EXPECT_EQ(at.list_of(page), PageList::active_file);
  EXPECT_EQ(at.state.counters.deferred, 1U);
  EXPECT_TRUE(at.state.wants_write_back);
}

TEST(PageScan, OneCleanPageAmongDirtyOnesNudgesNobody) {
  Scanned at;
  at.add_inactive(dirty_file);
  at.add_inactive(clean_file);
  at.scan_files();
  EXPECT_FALSE(at.state.wants_write_back);
}

TEST(PageScan, OnlyBackgroundWritesFilesAndOnlyWhenAllAreDirty) {
  for (const ReclaimedBy by : {ReclaimedBy::direct, ReclaimedBy::background}) {
    Scanned at;
    at.state.sees_dirty_only = true;
    const FrameNumber page = at.add_inactive(dirty_file);
    at.scan_files(by);
    EXPECT_EQ(at.writes.size(), 0U);
    at.state.lists.move_to_tail(page, PageList::inactive_file);  // it comes around again
    at.scan_files(by);
    EXPECT_EQ(at.writes.size(), by == ReclaimedBy::background ? 1U : 0U);
  }
}

TEST(PageScan, ActivePagesBecomeInactiveWhetherUsedOrNot) {
  Scanned at;
  FakePage used = clean_file;
  used.accessed = 1;
  const FrameNumber a = at.add(used, PageList::active_file);
  const FrameNumber b = at.add(clean_file, PageList::active_file);
  EXPECT_EQ(at.scan_active(PageKind::file), 2U);
  for (const FrameNumber page : {a, b}) {
    EXPECT_EQ(at.list_of(page), PageList::inactive_file);
    EXPECT_TRUE(at.state.lists.marks(page).was_workingset);
  }
  EXPECT_EQ(at.pages.pages.at(a).accessed, 0U);
  EXPECT_EQ(at.state.counters.deactivated, 2U);
}

TEST(PageScan, UsedCodeStaysActive) {
  Scanned at;
  FakePage code = clean_file;
  code.accessed = 1;
  code.is_code = true;
  const FrameNumber page = at.add(code, PageList::active_file);
  at.scan_active(PageKind::file);
  EXPECT_EQ(at.list_of(page), PageList::active_file);
  EXPECT_EQ(at.state.counters.refilled, 1U);
  EXPECT_EQ(at.state.counters.deactivated, 0U);
}

TEST(PageScan, ShadowSaysWhetherThePageHadBeenActive) {
  Scanned at;
  at.add_inactive(clean_file);
  at.add(clean_file, PageList::active_file);
  at.scan_active(PageKind::file);
  at.scan_files();
  ASSERT_EQ(at.pages.shadows.size(), 2U);
  EXPECT_EQ(at.pages.shadows[0], (EvictionShadow{.age = 0, .was_workingset = false}));
  EXPECT_EQ(at.pages.shadows[1], (EvictionShadow{.age = 1, .was_workingset = true}));
}

}  // namespace signalbox::page_scan_test
