#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_realloc_test {

using namespace alloc;

TEST(PtmallocRealloc, BlockBelowTheTopGrowsInPlaceEvenIfTheTopMustGrow) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 1000);
  for (std::uint64_t bytes = 2000; bytes < 120'000; bytes += 9000) EXPECT_EQ(rig.heap.reallocate(0, at, bytes), at);
  EXPECT_EQ(rig.heap.reallocate(0, at, 1000), at);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocRealloc, BlockTakesAFreeChunkBehindIt) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 2000);
  const VirtAddr behind = rig.heap.allocate(0, 2000);
  rig.heap.allocate(0, 24);
  EXPECT_NE(rig.heap.reallocate(0, behind, 1990), VirtAddr());
  rig.heap.free(0, behind);
  EXPECT_EQ(rig.heap.reallocate(0, at, 3500), at);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocRealloc, BlockThatCannotGrowMovesWithItsContents) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 2000);
  rig.heap.allocate(0, 24);
  rig.process.fill(at, 2000, std::byte{7});
  const VirtAddr moved = rig.heap.reallocate(0, at, 4000);
  EXPECT_NE(moved, at);
  EXPECT_TRUE(rig.process.holds(moved, 2000, std::byte{7}));
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocRealloc, MappedBlockMovesByItsPages) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 200'000);
  rig.process.fill(at, 100, std::byte{7});
  const VirtAddr moved = rig.heap.reallocate(0, at, 2'000'000);
  EXPECT_EQ(rig.process.calls().moves, 1U);
  EXPECT_TRUE(rig.process.holds(moved, 100, std::byte{7}));
  EXPECT_EQ(rig.heap.totals().huge, 2'002'944U);
  rig.heap.free(0, moved);
  EXPECT_EQ(rig.heap.totals().huge, 0U);
}

TEST(PtmallocRealloc, AlignedBlocksAreAligned) {
  PtmallocRig rig;
  std::vector<VirtAddr> blocks;
  for (std::uint64_t alignment = 8; alignment <= 1U << 20U; alignment *= 2) {
    for (const std::uint64_t bytes : {1U, 100U, 5000U, 200'000U}) {
      blocks.push_back(rig.heap.allocate_aligned(0, alignment, bytes));
      ASSERT_EQ(blocks.back().value() % alignment, 0U) << alignment << " " << bytes;
      ASSERT_GE(rig.heap.usable_size(blocks.back()), bytes);
    }
  }
  EXPECT_EQ(rig.heap.broken(), "");
  for (const VirtAddr at : blocks) rig.heap.free(0, at);
  EXPECT_EQ(rig.heap.last_words(), "");
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocRealloc, CallocClearsOnlyWhatWasUsed) {
  PtmallocRig rig;
  const VirtAddr dirty = rig.heap.allocate(0, 5000);
  rig.process.fill(dirty, 5000, std::byte{0xff});
  rig.heap.free(0, dirty);
  const VirtAddr clean = rig.heap.allocate_zeroed(0, 5000);
  EXPECT_EQ(clean, dirty);
  EXPECT_TRUE(rig.process.holds(clean, 5000, std::byte{0}));
}

}  // namespace signalbox::ptmalloc_realloc_test
