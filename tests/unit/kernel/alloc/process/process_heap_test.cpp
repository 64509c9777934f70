#include "kernel/alloc/process/process_heap.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/alloc/invariants.hpp"
#include "tests/support/fake_heap_calls.hpp"

namespace signalbox::process_heap_test {

using namespace alloc;

// Threads' handles and the calls of whoever is inside.
struct Rig {
  VirtAddr allocate(CacheHandle& cache, std::uint64_t bytes) {
    if (const VirtAddr at = heap->allocate_at_once(cache, bytes); at != VirtAddr()) return at;
    enter(cache);
    const VirtAddr at = heap->allocate_fresh(cache, bytes).at;
    heap->leave();
    return at;
  }
  Misuse free(CacheHandle& cache, VirtAddr at) {
    if (heap->free_at_once(cache, at)) return Misuse::none;
    enter(cache);
    const Misuse misuse = heap->free(cache, at);
    heap->leave();
    return misuse;
  }
  void enter(CacheHandle& cache) {
    ASSERT_TRUE(heap->try_enter());
    heap->begin_visit(calls, cache, Instant());
  }
  void expect_sound() { EXPECT_EQ(InvariantWalk(heap->heap()).broken(), ""); }

  FakeHeapCalls calls;
  std::unique_ptr<ProcessHeap> heap = std::make_unique<ProcessHeap>(ProcessHeapOptions(), NameId());
};

TEST(ProcessHeap, LittleTakesAtMost16KiBOfMetadata) {
  Rig rig;
  CacheHandle cache = 0;
  for (const std::uint64_t bytes : {16U, 24U, 100U, 500U, 1000U, 4000U}) {
    for (int i = 0; i < 3; ++i) EXPECT_NE(rig.allocate(cache, bytes), VirtAddr());
  }
  RecordProperty("metadata_bytes", static_cast<int>(rig.heap->metadata_bytes()));
  EXPECT_LE(rig.heap->metadata_bytes(), 16U * 1024);
}

TEST(ProcessHeap, ThreadsOwnBlocksNeedNobodyInside) {
  Rig rig;
  CacheHandle mine = 0;
  CacheHandle others = 0;
  rig.allocate(mine, 100);
  rig.enter(others);
  EXPECT_FALSE(rig.heap->try_enter()) << "one at a time";
  EXPECT_EQ(rig.heap->waits(), 1U);
  const VirtAddr at = rig.heap->allocate_at_once(mine, 100);
  EXPECT_NE(at, VirtAddr());
  EXPECT_TRUE(rig.heap->free_at_once(mine, at));
  EXPECT_FALSE(rig.heap->free_at_once(mine, at)) << "a double free is for whoever is inside to find";
  rig.heap->leave();
  EXPECT_EQ(rig.free(mine, at), Misuse::double_free);
}

TEST(ProcessHeap, AbandonedIsClosedForEver) {
  Rig rig;
  CacheHandle cache = 0;
  rig.enter(cache);
  rig.heap->abandon();
  EXPECT_FALSE(rig.heap->try_enter());
  EXPECT_TRUE(rig.heap->is_abandoned());
}

TEST(ProcessHeap, ForkIsACopyThatGoesItsOwnWay) {
  Rig rig;
  CacheHandle mine = 0;
  CacheHandle others = 0;
  const VirtAddr kept = rig.allocate(mine, 100);
  const VirtAddr foreign = rig.allocate(others, 100);
  Rig child{.calls = rig.calls, .heap = rig.heap->fork(mine)};
  CacheHandle own = mine;
  // The same block comes next in both, and what is freed in one is live in the other.
  EXPECT_EQ(child.allocate(own, 100), rig.allocate(mine, 100));
  EXPECT_EQ(child.free(own, kept), Misuse::none);
  EXPECT_EQ(child.free(own, foreign), Misuse::none);
  EXPECT_EQ(child.free(own, kept), Misuse::double_free);
  EXPECT_EQ(rig.free(mine, kept), Misuse::none);
  EXPECT_EQ(rig.free(others, foreign), Misuse::none);
  rig.expect_sound();
  child.expect_sound();
}

TEST(ProcessHeap, CachesOfThreadsThatAreNotInTheChildGoBack) {
  Rig rig;
  CacheHandle mine = 0;
  CacheHandle others = 0;
  rig.allocate(mine, 100);
  rig.free(others, rig.allocate(others, 3000));
  Rig child{.calls = rig.calls, .heap = rig.heap->fork(mine)};
  CacheHandle own = mine;
  CacheHandle next = 0;
  child.enter(own);
  child.heap->leave();
  const std::size_t before = child.heap->metadata_bytes();
  child.allocate(next, 100);
  EXPECT_EQ(next, others) << "it serves again";
  EXPECT_LE(child.heap->metadata_bytes(), before + 64);
  child.expect_sound();
}

TEST(ProcessHeap, SummaryCountsWhatProgramsDid) {
  Rig rig;
  CacheHandle mine = 0;
  CacheHandle others = 0;
  std::vector<VirtAddr> kept;
  for (const std::uint64_t bytes : {10U, 100U, 3000U, 20'000U, 100'000U, 5'000'000U}) {
    for (int i = 0; i < 30; ++i) {
      const VirtAddr at = rig.allocate(i % 2 == 0 ? mine : others, bytes);
      if (i % 3 == 0) {
        EXPECT_EQ(rig.free(i % 4 == 0 ? mine : others, at), Misuse::none);
      }
      if (i == 1) kept.push_back(at);
    }
  }
  const HeapSummary all = rig.heap->summary();
  EXPECT_EQ(all.heaps, 1U);
  EXPECT_EQ(all.mallocs, 180U);
  EXPECT_EQ(all.frees, 60U);
  EXPECT_EQ(all.requested, 20U * (10 + 100 + 3000 + 20'000 + 100'000 + 5'000'000));
  EXPECT_LE(all.requested, all.allocated);
  EXPECT_LE(all.allocated, all.active);
  EXPECT_LE(all.active, all.resident);
  EXPECT_LE(all.resident, all.mapped);
  EXPECT_LE(all.mapped, all.calls.peak_bytes);
  EXPECT_EQ(all.calls, rig.heap->calls());

  Rig child{.calls = rig.calls, .heap = rig.heap->fork(mine)};
  CacheHandle own = mine;
  for (const VirtAddr at : kept) EXPECT_EQ(child.free(own, at), Misuse::none);
  const HeapSummary since = child.heap->summary();
  EXPECT_EQ(since.mallocs, 0U);
  EXPECT_EQ(since.frees, kept.size());
  EXPECT_EQ(since.calls.mmap, 0U);
  EXPECT_GT(since.calls.peak_bytes, since.requested);
  HeapSummary both = all;
  both += since;
  EXPECT_EQ(both.heaps, 2U);
  EXPECT_EQ(both.frees, 66U);
}

TEST(ProcessHeap, ABusyThreadsCacheIsReplacedByALargerOne) {
  Rig rig;
  CacheHandle cache = 0;
  std::vector<VirtAddr> blocks(32, rig.allocate(cache, 200));
  const CacheHandle first = cache;
  rig.free(cache, blocks[0]);
  for (int round = 0; round < 20; ++round) {
    for (VirtAddr& block : blocks) block = rig.allocate(cache, 200);
    for (const VirtAddr block : blocks) EXPECT_EQ(rig.free(cache, block), Misuse::none);
  }
  EXPECT_NE(cache, first);
  rig.expect_sound();
  for (VirtAddr& block : blocks) block = rig.allocate(cache, 1000);
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_TRUE(rig.heap->free_at_once(cache, blocks[i])) << "the first one had room for 8";
  CacheHandle next = 0;
  rig.allocate(next, 200);
  EXPECT_EQ(next, first) << "it serves another thread";
  rig.expect_sound();
}

TEST(ProcessHeap, ThreadsThatComeAndGoDoNotGrowIt) {
  Rig rig;
  CacheHandle first = 0;
  rig.allocate(first, 64);
  std::size_t bytes = 0;
  std::uint64_t mapped = 0;
  for (int i = 0; i < 200; ++i) {
    CacheHandle cache = 0;
    std::vector<VirtAddr> blocks;
    for (int block = 0; block < 100; ++block) blocks.push_back(rig.allocate(cache, 200));
    for (const VirtAddr at : blocks) EXPECT_EQ(rig.free(cache, at), Misuse::none);
    rig.heap->orphan(cache, Tid());
    if (i == 100) bytes = rig.heap->metadata_bytes();
    if (i == 100) mapped = rig.heap->calls().mapped_bytes;
  }
  EXPECT_EQ(rig.heap->metadata_bytes(), bytes);
  EXPECT_EQ(rig.heap->calls().mapped_bytes, mapped);
  rig.expect_sound();
}

}  // namespace signalbox::process_heap_test
