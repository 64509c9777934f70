#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_system_test {

using namespace alloc;

TEST(PtmallocSystem, FirstBreakIs132KiB) {
  PtmallocRig rig;
  EXPECT_EQ(rig.process.calls().all(), 0U) << "nothing before the first malloc";
  rig.heap.allocate(0, 24);
  EXPECT_EQ(rig.process.end_of_break().value() - FakeProcess::break_begin, 0x21000U);
  EXPECT_EQ(rig.process.calls().breaks, 1U);
  EXPECT_EQ(rig.process.calls().all(), 1U);
}

TEST(PtmallocSystem, TopIsTrimmedWhenItIsLarge) {
  PtmallocRig rig({.mmap_threshold = std::uint64_t{1} << 30U, .is_dynamic = false});
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(rig.heap.allocate(0, 10'000));
  const VirtAddr before = rig.process.end_of_break();
  for (const VirtAddr at : blocks) rig.heap.free(0, at);
  EXPECT_LT(rig.process.end_of_break(), before);
  EXPECT_GE(rig.process.end_of_break().value() - FakeProcess::break_begin, 128U << 10U) << "top_pad stays";
  EXPECT_EQ(rig.heap.broken(), "");
  rig.heap.flush();
  rig.heap.purge();
  EXPECT_LE(rig.process.end_of_break().value() - FakeProcess::break_begin, 2 * page_size) << "malloc_trim(0)";
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PtmallocSystem, OneBlockAtTheEndKeepsAllBelowIt) {
  PtmallocRig rig;
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(rig.heap.allocate(0, 10'000));
  rig.heap.allocate(0, 2000);
  const VirtAddr before = rig.process.end_of_break();
  for (const VirtAddr at : blocks) rig.heap.free(0, at);
  EXPECT_EQ(rig.process.end_of_break(), before);
  EXPECT_GT(rig.heap.totals().mapped, 20 * rig.heap.totals().active);
}

TEST(PtmallocSystem, HeapOfAnotherThreadIs64MiBOfAddresses) {
  FakeProcess process;
  process.map(page_size, page_size);
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const unsigned thread = heap.add_thread().value();
  EXPECT_EQ(process.calls().maps, 2U);
  EXPECT_EQ(process.calls().unmaps, 2U) << "what is not aligned goes back";
  EXPECT_EQ(process.calls().protects, 1U);
  const VirtAddr at = heap.allocate(thread, 24);
  EXPECT_EQ(at.value() % (std::uint64_t{64} << 20U), 0x8d0U + 0x290U + 0x10U) << "as gdb shows it of 2.35 and later";
  EXPECT_EQ(heap.totals().retained, (std::uint64_t{64} << 20U) - heap.totals().mapped);
  heap.free(0, at);
  EXPECT_EQ(heap.last_words(), "") << "another thread may free it";
}

TEST(PtmallocSystem, ArenaHasMoreHeapsWhenOneIsFullAndDropsThemAgain) {
  PtmallocRig rig({.mmap_threshold = std::uint64_t{1} << 30U, .is_dynamic = false});
  const unsigned thread = rig.heap.add_thread().value();
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(rig.heap.allocate(thread, 1'000'000));
  EXPECT_EQ(rig.heap.broken(), "");
  EXPECT_EQ(rig.process.calls().maps, 2U);
  for (auto at = blocks.rbegin(); at != blocks.rend(); ++at) rig.heap.free(thread, *at);
  EXPECT_EQ(rig.heap.broken(), "");
  EXPECT_LT(rig.heap.totals().mapped, 1U << 20U);
  EXPECT_EQ(rig.heap.last_words(), "");
}

TEST(PtmallocSystem, BlockedBreakIsReplacedByAMapping) {
  PtmallocRig rig;
  const VirtAddr low = rig.heap.allocate(0, 100'000);
  rig.process.block_break();
  const VirtAddr high = rig.heap.allocate(0, 100'000);
  EXPECT_GT(high.value(), 0x7f00'0000'0000U);
  EXPECT_EQ(rig.heap.totals().mapped, 0x21000U + (1U << 20U));
  EXPECT_EQ(rig.heap.broken(), "");
  rig.heap.free(0, low);
  rig.heap.free(0, high);
  EXPECT_EQ(rig.heap.broken(), "");
}

}  // namespace signalbox::ptmalloc_system_test
