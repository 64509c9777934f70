#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/fake_process.hpp"

namespace signalbox::ptmalloc_system_test {

using namespace alloc;

TEST(PtmallocSystem, FirstBreakIs132KiB) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  EXPECT_EQ(process.calls().all(), 0U) << "nothing before the first malloc";
  heap.allocate(0, 24);
  EXPECT_EQ(process.end_of_break().value() - FakeProcess::break_begin, 0x21000U);
  EXPECT_EQ(process.calls().breaks, 1U);
  EXPECT_EQ(process.calls().all(), 1U);
}

TEST(PtmallocSystem, TopIsTrimmedWhenItIsLarge) {
  FakeProcess process;
  Ptmalloc heap(process, {.mmap_threshold = std::uint64_t{1} << 30U, .is_dynamic = false});
  ASSERT_TRUE(heap.start());
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(heap.allocate(0, 10'000));
  const VirtAddr before = process.end_of_break();
  for (const VirtAddr at : blocks) heap.free(0, at);
  EXPECT_LT(process.end_of_break(), before);
  EXPECT_GE(process.end_of_break().value() - FakeProcess::break_begin, 128U << 10U) << "top_pad stays";
  EXPECT_EQ(heap.broken(), "");
  heap.flush();
  heap.purge();
  EXPECT_LE(process.end_of_break().value() - FakeProcess::break_begin, 2 * page_size) << "malloc_trim(0)";
  EXPECT_EQ(heap.broken(), "");
}

TEST(PtmallocSystem, OneBlockAtTheEndKeepsAllBelowIt) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(heap.allocate(0, 10'000));
  heap.allocate(0, 2000);
  const VirtAddr before = process.end_of_break();
  for (const VirtAddr at : blocks) heap.free(0, at);
  EXPECT_EQ(process.end_of_break(), before);
  EXPECT_GT(heap.totals().mapped, 20 * heap.totals().active);
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
  FakeProcess process;
  Ptmalloc heap(process, {.mmap_threshold = std::uint64_t{1} << 30U, .is_dynamic = false});
  ASSERT_TRUE(heap.start());
  const unsigned thread = heap.add_thread().value();
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(heap.allocate(thread, 1'000'000));
  EXPECT_EQ(heap.broken(), "");
  EXPECT_EQ(process.calls().maps, 2U);
  for (auto at = blocks.rbegin(); at != blocks.rend(); ++at) heap.free(thread, *at);
  EXPECT_EQ(heap.broken(), "");
  EXPECT_LT(heap.totals().mapped, 1U << 20U);
  EXPECT_EQ(heap.last_words(), "");
}

TEST(PtmallocSystem, BlockedBreakIsReplacedByAMapping) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr low = heap.allocate(0, 100'000);
  process.block_break();
  const VirtAddr high = heap.allocate(0, 100'000);
  EXPECT_GT(high.value(), 0x7f00'0000'0000U);
  EXPECT_EQ(heap.totals().mapped, 0x21000U + (1U << 20U));
  EXPECT_EQ(heap.broken(), "");
  heap.free(0, low);
  heap.free(0, high);
  EXPECT_EQ(heap.broken(), "");
}

}  // namespace signalbox::ptmalloc_system_test
