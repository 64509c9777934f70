#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_malloc_test {

using namespace alloc;

// As gdb shows it of a real program: tcache_perthread_struct first, 0x290 bytes, then the first block.
TEST(PtmallocMalloc, FirstBlockComesAfterTheTcache) {
  PtmallocRig rig;
  const VirtAddr first = rig.take(24);
  EXPECT_EQ(first.value(), FakeProcess::break_begin + 0x290 + 0x10);
  EXPECT_EQ(rig.take(24), first + 32) << "24 bytes are a chunk of 32: the word in front of the next one is lent";
  EXPECT_EQ(rig.take(25), first + 64);
  EXPECT_EQ(rig.take(0), first + 64 + 48) << "25 bytes are a chunk of 48";
}

TEST(PtmallocMalloc, UsableSizesAreThoseOfGlibc) {
  PtmallocRig rig;
  EXPECT_EQ(rig.heap.usable_size(rig.take(0)), 24U);
  EXPECT_EQ(rig.heap.usable_size(rig.take(25)), 40U);
  EXPECT_EQ(rig.heap.usable_size(rig.take(1000)), 1000U);
  EXPECT_EQ(rig.heap.usable_size(rig.take(200'000)), 200'704U - 16) << "mapped: 49 pages, less both words in front";
}

TEST(PtmallocMalloc, SevenFreedGoThroughTheTcacheTheEighthThroughAFastBin) {
  PtmallocRig rig;
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 9; ++i) blocks.push_back(rig.take(40));
  for (const VirtAddr at : blocks) rig.heap.free(0, at);
  for (int i = 6; i >= 0; --i) EXPECT_EQ(rig.take(40), blocks[static_cast<std::size_t>(i)]) << "last in, first out";
  // The fast bin's first is handed out, the other goes to the tcache on the way.
  EXPECT_EQ(rig.take(40), blocks[8]);
  EXPECT_EQ(rig.take(40), blocks[7]);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocMalloc, LargeRequestsTakeTheSmallestThatFits) {
  PtmallocRig rig;
  const VirtAddr large = rig.take(9000);
  rig.take(24);
  const VirtAddr fitting = rig.take(5000);
  rig.take(24);
  const VirtAddr small = rig.take(3000);
  rig.take(24);
  for (const VirtAddr at : {large, fitting, small}) rig.heap.free(0, at);
  EXPECT_EQ(rig.take(4500), fitting);
  EXPECT_EQ(rig.heap.broken(), "");
  EXPECT_EQ(rig.take(9000), large);
  EXPECT_EQ(rig.take(3000), small);
}

TEST(PtmallocMalloc, SmallRequestsAreCutOffTheLastRemainder) {
  PtmallocRig rig;
  const VirtAddr hole = rig.take(4000);
  rig.take(24);
  rig.heap.free(0, hole);
  EXPECT_EQ(rig.take(100), hole);
  EXPECT_EQ(rig.take(100), hole + 112);
  EXPECT_EQ(rig.take(200), hole + 224);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocMalloc, SizesBeyondPtrdiffMaxAreRefused) {
  PtmallocRig rig;
  EXPECT_EQ(rig.take(std::uint64_t{1} << 63U), VirtAddr());
  EXPECT_EQ(rig.take((std::uint64_t{1} << 63U) - 1), VirtAddr());
  EXPECT_EQ(rig.heap.last_words(), "");
}

}  // namespace signalbox::ptmalloc_malloc_test
