#include <gtest/gtest.h>

#include "kernel/alloc/rivals/jemalloc.hpp"
#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_free_test {

using namespace alloc;

TEST(PtmallocFree, NeighboursThatAreFreeBecomeOneChunk) {
  PtmallocRig rig;
  const VirtAddr a = rig.heap.allocate(0, 2000);
  const VirtAddr b = rig.heap.allocate(0, 2000);
  const VirtAddr c = rig.heap.allocate(0, 2000);
  rig.heap.allocate(0, 24);
  rig.heap.free(0, a);
  rig.heap.free(0, c);
  EXPECT_EQ(rig.heap.totals().free_extents, 2U);
  rig.heap.free(0, b);
  EXPECT_EQ(rig.heap.totals().free_extents, 1U);
  EXPECT_EQ(rig.heap.allocate(0, 6000), a);
  EXPECT_EQ(rig.heap.broken(), "");
}

// The lesson of allocator.md: what is in front of a block can be overwritten by its neighbour. glibc sees it, if it
// looks there; a heap whose metadata lies apart has nothing there to be overwritten.
TEST(PtmallocFree, OverflowIntoTheNextSizeIsSeenByGlibcAndHarmlessToOurs) {
  PtmallocRig rig;
  const VirtAddr low = rig.heap.allocate(0, 2000);
  const VirtAddr high = rig.heap.allocate(0, 2000);
  rig.process.fill(low, 2016, std::byte{'A'});
  rig.heap.free(0, high);
  EXPECT_EQ(rig.heap.last_words(), "double free or corruption (out)");

  FakeProcess process;
  Jemalloc ours(process, {});
  ASSERT_TRUE(ours.start());
  const VirtAddr first = ours.allocate(0, 2048);
  const VirtAddr second = ours.allocate(0, 2048);
  ASSERT_EQ(second, first + 2048);
  process.fill(first, 2064, std::byte{'A'});
  ours.free(0, second);
  ours.free(0, first);
  EXPECT_EQ(ours.last_words(), "");
  EXPECT_EQ(ours.broken(), "") << "but the neighbour's contents were lost, and nobody noticed";
}

TEST(PtmallocFree, SizeThatIsNotAlignedIsSeen) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 2000);
  rig.process.store(VirtAddr(at.value() - 8), 0x7e9);
  rig.heap.free(0, at);
  EXPECT_EQ(rig.heap.last_words(), "free(): invalid size");
}

TEST(PtmallocFree, WhatGlibcSaysOfWrongFrees) {
  const auto words = [](auto misuse) {
    PtmallocRig rig;
    misuse(rig);
    return std::string(rig.heap.last_words());
  };
  EXPECT_EQ(words([](PtmallocRig& rig) { rig.heap.free(0, rig.heap.allocate(0, 100) + 8); }),
            "free(): invalid pointer");
  EXPECT_EQ(words([](PtmallocRig& rig) { rig.heap.free(0, VirtAddr(0x1000)); }), "Segmentation fault");
  EXPECT_EQ(words([](PtmallocRig& rig) {
              const VirtAddr at = rig.heap.allocate(0, 2000);
              rig.heap.allocate(0, 24);
              rig.heap.free(0, at);
              rig.heap.free(0, at);
            }),
            "double free or corruption (!prev)");
  EXPECT_EQ(words([](PtmallocRig& rig) {
              const VirtAddr at = rig.heap.allocate(0, 2000);
              rig.heap.free(0, at);
              rig.heap.free(0, at);
            }),
            "double free or corruption (top)");
  EXPECT_EQ(words([](PtmallocRig& rig) {
              std::vector<VirtAddr> blocks;
              for (int i = 0; i < 8; ++i) blocks.push_back(rig.heap.allocate(0, 40));
              for (const VirtAddr at : blocks) rig.heap.free(0, at);
              rig.heap.free(0, blocks.back());
            }),
            "double free or corruption (fasttop)");
}

TEST(PtmallocFree, FreeingAMappedBlockRaisesTheThreshold) {
  PtmallocRig rig;
  const std::uint64_t before = rig.process.calls().maps;
  const VirtAddr at = rig.heap.allocate(0, 400'000);
  EXPECT_EQ(rig.process.calls().maps, before + 1);
  rig.heap.free(0, at);
  EXPECT_EQ(rig.process.calls().unmaps, 1U);
  EXPECT_EQ(rig.heap.options().mmap_threshold, 401'408U);
  EXPECT_EQ(rig.heap.options().trim_threshold, 802'816U);
  rig.heap.allocate(0, 400'000);
  EXPECT_EQ(rig.process.calls().maps, before + 1) << "now it comes from the heap";

  PtmallocRig frozen({.is_dynamic = false});
  frozen.heap.free(0, frozen.heap.allocate(0, 400'000));
  EXPECT_EQ(frozen.heap.options().mmap_threshold, 128U << 10U);
}

}  // namespace signalbox::ptmalloc_free_test
