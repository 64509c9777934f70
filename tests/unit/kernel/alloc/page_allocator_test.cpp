#include "kernel/alloc/page_allocator.hpp"

#include <gtest/gtest.h>

#include "kernel/alloc/invariants.hpp"
#include "tests/support/alloc_rig.hpp"

namespace signalbox::page_allocator_test {

using namespace alloc;

struct Fixture : AllocRig<> {
  explicit Fixture(const HeapOptions& options = {}) : AllocRig<>(options) {}
  ExtentId take(std::uint64_t pages_wanted, std::uint64_t alignment = page_size) {
    return pages.allocate(shared, {.pages = pages_wanted, .alignment = alignment, .size_class = small_class_count});
  }
  VirtAddr begin(ExtentId id) { return shared.extent(id).begin; }

  Ground<FakePlatform>& shared = heap.arenas().ground;
  PageAllocator<FakePlatform>& pages = heap.arenas().arena(ArenaId()).pages();
};

TEST(PageAllocator, GrowsByTwoMibThenByAClassMoreEachTime) {
  Fixture f;
  f.take(1);
  EXPECT_EQ(f.source.calls().mapped_bytes, 2U << 20U);
  f.take(512);
  EXPECT_EQ(f.source.calls().mapped_bytes, (2U << 20U) + (5U << 19U));  // and 2.5 MiB
  EXPECT_EQ(f.source.calls().maps, 2U);
}

TEST(PageAllocator, MapsOnlyWhatIsAskedForWhenThereIsNoMore) {
  Fixture f;
  f.source.fail_after(0);
  const ExtentId id = f.take(3);
  ASSERT_FALSE(is_none(id));
  EXPECT_EQ(f.source.calls().mapped_bytes, 3 * page_size);
}

TEST(PageAllocator, AnAlignedBlockThatIsFreedIsFoundAgain) {
  Fixture f;
  f.take(1);
  const ExtentId first = f.take(256, 512 * page_size);
  const VirtAddr begin = f.begin(first);
  EXPECT_EQ(begin.value() % (512 * page_size), 0U);
  f.pages.deallocate(f.shared, first);
  const std::uint64_t mapped = f.source.calls().mapped_bytes;
  for (int i = 0; i < 10'000; ++i) {
    const ExtentId again = f.take(256, 512 * page_size);
    ASSERT_EQ(f.begin(again), begin);
    f.pages.deallocate(f.shared, again);
  }
  EXPECT_EQ(f.source.calls().mapped_bytes, mapped);
}

TEST(PageAllocator, NeighboursThatAreFreeBecomeOne) {
  Fixture f;
  const ExtentId a = f.take(2);
  const ExtentId b = f.take(2);
  const ExtentId c = f.take(2);
  f.take(1);
  const VirtAddr begin = f.begin(a);
  f.pages.deallocate(f.shared, a);
  f.pages.deallocate(f.shared, c);
  EXPECT_EQ(f.pages.free_extents(ExtentState::dirty).count(), 2U);
  f.pages.deallocate(f.shared, b);
  EXPECT_EQ(f.pages.free_extents(ExtentState::dirty).count(), 1U);
  EXPECT_EQ(f.begin(f.take(6)), begin);
}

TEST(PageAllocator, NeighboursOfTwoMappingsStayApartIfTheSourceSaysSo) {
  Fixture f({.first_growth = page_size});
  f.source.refuse_merges();
  const ExtentId a = f.take(1);
  const ExtentId b = f.take(2);
  ASSERT_EQ(f.begin(b).value(), f.begin(a).value() + page_size) << "the fake maps upwards";
  f.pages.deallocate(f.shared, a);
  f.pages.deallocate(f.shared, b);
  EXPECT_EQ(f.pages.free_extents(ExtentState::dirty).count(), 2U);
}

TEST(PageAllocator, DirtyPagesServeBeforeCleanOnes) {
  Fixture f;
  const ExtentId a = f.take(4);
  f.take(1);
  const VirtAddr begin = f.begin(a);
  f.pages.deallocate(f.shared, a);
  EXPECT_EQ(f.begin(f.take(4)), begin);
}

TEST(PageAllocator, LargeDirtyRunIsSplitForASmallRequestOnlyIfNothingElseFits) {
  Fixture f;
  const ExtentId run = f.take(160);
  f.take(1);
  const ExtentId younger = f.take(3);
  f.take(1);
  const VirtAddr old_begin = f.begin(run);
  const VirtAddr young_begin = f.begin(younger);
  f.pages.deallocate(f.shared, run);
  f.pages.deallocate(f.shared, younger);
  EXPECT_EQ(f.begin(f.take(3)), old_begin) << "the lower of two as old, 160 <= 64 * 3";
  f.pages.deallocate(f.shared, f.shared.lookup(old_begin).extent());
  EXPECT_EQ(f.begin(f.take(1)), young_begin) << "160 > 64 * 1";
  f.take(2);
  EXPECT_EQ(f.begin(f.take(1)), old_begin) << "and now there is no other";
}

TEST(PageAllocator, AlignmentCutsFrontAndBehind) {
  Fixture f;
  f.take(1);
  const ExtentId id = f.take(3, 16 * page_size);
  EXPECT_EQ(f.begin(id).value() % (16 * page_size), 0U);
  EXPECT_EQ(f.pages.stats().active_pages, 4U);
  EXPECT_EQ(f.pages.free_extents(ExtentState::retained).count(), 2U);  // in front and behind
}

TEST(PageAllocator, DirtyPagesDecayOnTheGivenClock) {
  Fixture f({.dirty_decay = 200_ms});
  const ExtentId id = f.take(100);
  f.take(1);
  f.pages.deallocate(f.shared, id);
  f.pages.tick(f.shared, Instant() + 1_ms);
  EXPECT_EQ(f.pages.stats().dirty_pages, 100U);
  f.pages.tick(f.shared, Instant() + 150_ms);
  EXPECT_EQ(f.pages.stats().dirty_pages, 0U);  // one extent of 100 goes as a whole
  EXPECT_EQ(f.pages.stats().purged, 100U);
  EXPECT_EQ(f.source.calls().purges, 1U);
}

TEST(PageAllocator, MuzzyPagesLieBetweenDirtyAndRetained) {
  Fixture f({.dirty_decay = 200_ms, .muzzy_decay = 200_ms});
  const ExtentId id = f.take(100);
  f.take(1);
  f.pages.deallocate(f.shared, id);
  f.pages.tick(f.shared, Instant() + 1_ms);
  f.pages.tick(f.shared, Instant() + 202_ms);
  EXPECT_EQ(f.pages.stats().muzzy_pages, 100U);
  f.pages.tick(f.shared, Instant() + 404_ms);
  EXPECT_EQ(f.pages.stats().muzzy_pages, 0U);
}

TEST(PageAllocator, RatioKeepsDirtyPagesBelowAnEighthOfThoseInUse) {
  Fixture f({.policy = PurgePolicy::ratio});
  std::vector<ExtentId> all;
  for (int i = 0; i < 90; ++i) all.push_back(f.take(1));
  for (unsigned i = 0; i < 10; ++i) f.pages.deallocate(f.shared, all[2 * i]);
  EXPECT_EQ(f.pages.stats().dirty_pages, 10U);  // 80 in use
  f.pages.deallocate(f.shared, all[40]);
  EXPECT_EQ(f.pages.stats().dirty_pages, 9U);  // 79
}

TEST(PageAllocator, ForcedPurgeGivesAllBackAndItIsZeroedThen) {
  Fixture f;
  const ExtentId id = f.take(8);
  f.pages.deallocate(f.shared, id);
  f.pages.purge_all(f.shared);
  EXPECT_EQ(f.pages.stats().dirty_pages, 0U);
  EXPECT_TRUE(f.shared.extent(f.take(8)).is_zeroed);
}

TEST(PageAllocator, WithoutRetainAddressesGoBackToo) {
  Fixture f({.dirty_decay = Duration(), .retain = Retain::no});
  const ExtentId id = f.take(8);
  EXPECT_EQ(f.source.calls().mapped_bytes, 8 * page_size);
  f.pages.deallocate(f.shared, id);
  EXPECT_EQ(f.source.calls().mapped_bytes, 0U);
}

TEST(PageAllocator, BlocksGrowIntoFreePagesBehindThemAndShrink) {
  Fixture f;
  const ExtentId id = f.take(4);
  const VirtAddr begin = f.begin(id);
  ASSERT_TRUE(f.pages.grow_in_place(f.shared, id, 8, class_of(8 * page_size)));
  EXPECT_EQ(f.pages.stats().active_pages, 8U);
  ASSERT_TRUE(f.pages.shrink(f.shared, id, 5, class_of(5 * page_size)));
  EXPECT_EQ(f.pages.stats().active_pages, 5U);
  EXPECT_EQ(f.pages.stats().dirty_pages, 3U);
  EXPECT_EQ(f.begin(id), begin);
  f.take(4);  // the dirty 3 do not do: behind them
  EXPECT_FALSE(f.pages.grow_in_place(f.shared, id, 9, class_of(9 * page_size)));
  EXPECT_TRUE(f.pages.grow_in_place(f.shared, id, 8, class_of(8 * page_size)));
}

TEST(PageAllocator, PagesThatCannotBePurgedAreNotTakenForZeros) {
  Fixture f({.dirty_decay = Duration()});
  const ExtentId id = f.take(8);
  f.source.fail_after(0);
  f.pages.deallocate(f.shared, id);
  EXPECT_FALSE(f.shared.extent(f.take(8)).is_zeroed);
}

}  // namespace signalbox::page_allocator_test
