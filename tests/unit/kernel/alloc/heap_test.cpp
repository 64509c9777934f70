#include "kernel/alloc/heap.hpp"

#include <gtest/gtest.h>

#include <set>

#include "kernel/alloc/invariants.hpp"
#include "tests/support/alloc_rig.hpp"

namespace signalbox::alloc_heap_test {

using namespace alloc;

struct Fixture : AllocRig<> {
  explicit Fixture(const HeapOptions& options = {}) : AllocRig<>(options) {}
  VirtAddr take(std::uint64_t bytes) { return heap.allocate(cache, bytes); }
  Misuse free(VirtAddr at) { return heap.free(cache, at); }
  Arena<FakePlatform>& arena(std::uint16_t i = 0) { return heap.arenas().arena(ArenaId(i)); }

  ThreadCache<FakePlatform>& cache = *heap.adopt_cache();
};

TEST(Heap, BlockFreedLastIsHandedOutFirst) {
  Fixture f;
  const VirtAddr a = f.take(100);
  const VirtAddr b = f.take(100);
  f.free(a);
  f.free(b);
  EXPECT_EQ(f.take(100), b);
  EXPECT_EQ(f.take(100), a);
}

TEST(Heap, MissFetchesHalfACacheAndLowAddressesFirst) {
  Fixture f;
  const VirtAddr a = f.take(64);
  EXPECT_EQ(f.cache.bins[class_of(64)].count, 7U);  // half of 16, less the one
  EXPECT_EQ(f.take(64), a + 64);
  EXPECT_EQ(f.arena().bin(class_of(64)).stats().nmalloc, 8U);
}

TEST(Heap, LargeMissFetchesOnlyWhatWasAskedFor) {
  Fixture f;
  f.take(32'768);
  EXPECT_EQ(f.cache.bins[class_of(32'768)].count, 0U);
}

TEST(Heap, FullCacheGivesItsOlderHalfBack) {
  Fixture f;
  std::vector<VirtAddr> all;
  for (int i = 0; i < 40; ++i) all.push_back(f.take(64));
  const CacheBin& bin = f.cache.bins[class_of(64)];
  while (bin.count < bin.capacity) {
    f.free(all.back());
    all.pop_back();
  }
  f.free(all.back());
  EXPECT_EQ(bin.count, bin.capacity / 2 + 1);
}

TEST(Heap, CacheThatIsNotUsedShrinksAndFetchesLess) {
  Fixture f({.tcache_gc_bytes = 1024});
  const unsigned index = class_of(64);
  f.free(f.take(64));
  ASSERT_EQ(f.cache.bins[index].count, 8U);
  // Two rounds of looks: the first sees the fill, the second a low water of 8.
  for (unsigned i = 0; i < 3 * ThreadCache<FakePlatform>::classes; ++i) f.free(f.take(1024));
  EXPECT_LE(f.cache.bins[index].count, 2U);
  EXPECT_GT(f.cache.bins[index].lg_fill_div, 1U);
}

TEST(Heap, HugeBlocksAreMappedAndUnmappedEachForItself) {
  Fixture f;
  const std::uint64_t before = f.source.calls().maps;
  const VirtAddr at = f.take(4U << 20U);
  EXPECT_EQ(f.source.calls().maps, before + 1);
  EXPECT_EQ(f.heap.arenas().huge.stats().bytes, 4U << 20U);
  EXPECT_EQ(f.free(at), Misuse::none);
  EXPECT_EQ(f.source.calls().unmaps, 1U);
  EXPECT_FALSE(f.source.is_mapped(at));
}

TEST(Heap, HugeBlockGrowsByMovingItsPages) {
  Fixture f;
  const VirtAddr at = f.take(4U << 20U);
  f.source.fill(at, 100, std::byte{7});
  const Reallocated larger = f.heap.reallocate(f.cache, at, 6U << 20U);
  EXPECT_EQ(f.source.calls().moves, 1U);
  EXPECT_TRUE(f.source.holds(larger.at, 100, std::byte{7}));
  const Reallocated smaller = f.heap.reallocate(f.cache, larger.at, 4U << 20U);
  EXPECT_EQ(smaller.at, larger.at);
  EXPECT_EQ(InvariantWalk(f.heap).broken(), "");
}

TEST(Heap, ReallocStaysWhereTheClassOrThePagesBehindAllow) {
  Fixture f;
  const VirtAddr small = f.take(100);
  EXPECT_EQ(f.heap.reallocate(f.cache, small, 112).at, small);
  EXPECT_NE(f.heap.reallocate(f.cache, small, 113).at, small);
  const VirtAddr large = f.take(100'000);
  EXPECT_EQ(f.heap.reallocate(f.cache, large, 300'000).at, large);
  EXPECT_EQ(f.heap.reallocate(f.cache, large, 20'000).at, large);
  EXPECT_EQ(f.heap.usable_size(large), 20U << 10U);
}

TEST(Heap, CallocZeroesWhatSomebodyWroteTo) {
  Fixture f;
  for (const std::uint64_t bytes : {24U, 5000U, 40'000U, 200'000U, 5'000'000U}) {
    const VirtAddr dirty = f.take(bytes);
    f.source.fill(dirty, bytes, std::byte{0xff});
    f.free(dirty);
    const VirtAddr at = f.heap.allocate_zeroed(f.cache, bytes);
    EXPECT_TRUE(f.source.holds(at, bytes, std::byte{0})) << bytes;
  }
}

TEST(Heap, AlignedBlocksAreAligned) {
  Fixture f;
  for (std::uint64_t alignment = 8; alignment <= 1U << 22U; alignment *= 2) {
    for (const std::uint64_t bytes : {1U, 100U, 5000U, 20'000U, 5'000'000U}) {
      const VirtAddr at = f.heap.allocate_aligned(f.cache, alignment, bytes);
      ASSERT_NE(at, VirtAddr());
      ASSERT_EQ(at.value() % alignment, 0U) << alignment << " " << bytes;
      ASSERT_GE(f.heap.usable_size(at), bytes);
      ASSERT_EQ(f.heap.free_sized(f.cache, at, f.heap.class_for(bytes, alignment)), Misuse::none);
    }
  }
  EXPECT_EQ(InvariantWalk(f.heap).broken(), "");
}

TEST(Heap, SizesBeyondAllAreRefused) {
  Fixture f;
  EXPECT_EQ(f.take(largest_size + 1), VirtAddr());
  EXPECT_EQ(f.take(largest_size), VirtAddr());
  EXPECT_EQ(f.heap.allocate_aligned(f.cache, 1U << 21U, largest_size), VirtAddr());
}

TEST(Heap, CheckingFindsEveryMisuse) {
  Fixture f;
  for (const std::uint64_t bytes : {8U, 100U, 4096U, 14'336U, 20'000U, 100'000U, 5'000'000U}) {
    const VirtAddr at = f.take(bytes);
    const VirtAddr inside = at + (bytes > 8 ? 8 : 4);
    EXPECT_EQ(f.free(inside), Misuse::inside_a_block) << bytes;
    EXPECT_EQ(f.heap.free_sized(f.cache, at, static_cast<ClassIndex>(class_of(bytes) + 1)), Misuse::wrong_size);
    EXPECT_EQ(f.free(at), Misuse::none);
    EXPECT_NE(f.free(at), Misuse::none) << bytes;
    EXPECT_NE(f.heap.reallocate(f.cache, at, 2 * bytes).misuse, Misuse::none) << bytes;
  }
  EXPECT_EQ(f.free(VirtAddr(0x1000)), Misuse::unknown_address);
  EXPECT_EQ(f.free(VirtAddr(~0ULL)), Misuse::unknown_address);
  const VirtAddr twice = f.take(64);
  f.free(twice);
  EXPECT_EQ(f.free(twice), Misuse::double_free);
  EXPECT_NE(f.take(64), f.take(64)) << "and the cache has it once";
}

TEST(Heap, ThreadsGoRoundTheArenasAndCachesServeAgain) {
  Fixture f({.narenas = 2});
  auto& second = *f.heap.adopt_cache();
  EXPECT_EQ(f.cache.arena, ArenaId(0));
  EXPECT_EQ(second.arena, ArenaId(1));
  auto& third = *f.heap.adopt_cache();
  EXPECT_EQ(third.arena, ArenaId(0));
  f.heap.retire_cache(second);
  const std::size_t metadata = f.metadata.bytes();
  auto& fourth = *f.heap.adopt_cache();
  EXPECT_EQ(&fourth, &second);
  EXPECT_EQ(fourth.arena, ArenaId(1));
  EXPECT_EQ(f.metadata.bytes(), metadata);
}

TEST(Heap, BlocksFreedElsewhereGoHomeWhenTheCacheIsFlushed) {
  Fixture f({.narenas = 2});
  auto& other = *f.heap.adopt_cache();
  std::vector<VirtAddr> all;
  for (int i = 0; i < 100; ++i) all.push_back(f.take(64));
  for (int i = 0; i < 100; ++i) all.push_back(f.heap.allocate(other, 64));
  for (const VirtAddr at : all) EXPECT_EQ(f.heap.free(other, at), Misuse::none);
  f.heap.flush(other);
  f.heap.flush(f.cache);
  for (const auto i : {std::uint16_t{0}, std::uint16_t{1}}) {
    EXPECT_EQ(f.arena(i).bin(class_of(64)).stats().curregs(), 0U);
    EXPECT_EQ(f.arena(i).pages().stats().active_pages, 0U);
    EXPECT_EQ(f.arena(i).bin(class_of(64)).stats().nrequests, 100U);
  }
}

TEST(Heap, PagesOfAnArenaWithoutThreadsAgeToo) {
  Fixture f({.dirty_decay = 1_s, .narenas = 2});
  auto& other = *f.heap.adopt_cache();
  f.heap.free(other, f.heap.allocate(other, 1'000'000));
  f.heap.retire_cache(other);
  EXPECT_GT(f.arena(1).pages().stats().dirty_pages, 0U);
  for (int i = 0; i < 4000; ++i) {
    f.clock.time += 5_ms;
    EXPECT_EQ(f.heap.free(f.cache, f.take(100'000)), Misuse::none);
  }
  EXPECT_EQ(f.arena(1).pages().stats().dirty_pages, 0U);
}

TEST(Heap, CacheOfNobodyServesWithoutKeeping) {
  Fixture f;
  auto none = std::make_unique<ThreadCache<FakePlatform>>();
  for (const std::uint64_t bytes : {8U, 1000U, 20'000U, 100'000U, 5'000'000U}) {
    const VirtAddr at = f.heap.allocate(*none, bytes);
    ASSERT_NE(at, VirtAddr());
    EXPECT_EQ(f.heap.free(*none, at), Misuse::none);
  }
  EXPECT_EQ(f.arena().pages().stats().active_pages, 0U);
  EXPECT_EQ(InvariantWalk(f.heap).broken(), "");
}

TEST(Heap, OldestSlabWithRoomServesFirst) {
  Fixture f;
  std::vector<VirtAddr> all;
  for (int i = 0; i < 1024; ++i) all.push_back(f.take(1024));
  std::set<std::uint64_t> old;
  // Room in the first and in the last of 256 slabs.
  for (const unsigned i : {1020U, 1021U, 0U, 1U}) f.free(all[i]);
  f.heap.flush(f.cache);
  for (int i = 0; i < 2; ++i) old.insert(f.take(1024).value());
  EXPECT_EQ(old, (std::set{all[0].value(), all[1].value()}));
}

// As an emulated process shall have it, for there are thousands of them.
struct FrugalPlatform : FakePlatform {
  static constexpr unsigned page_map_levels = 6;
  static constexpr unsigned cache_slots = 8;
};

TEST(Heap, LittleUseCostsLittleMetadata) {
  AllocRig<FrugalPlatform> rig({.first_growth = std::uint64_t{256} << 10U});
  auto& cache = *rig.heap.adopt_cache();
  for (const std::uint64_t bytes : {16U, 24U, 64U, 100U, 1000U, 4096U, 20'000U, 100'000U}) {
    EXPECT_NE(rig.heap.allocate(cache, bytes), VirtAddr());
  }
  EXPECT_LE(rig.metadata.bytes(), 16U << 10U);
}

}  // namespace signalbox::alloc_heap_test
