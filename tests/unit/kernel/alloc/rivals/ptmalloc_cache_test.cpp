#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/fake_process.hpp"

namespace signalbox::ptmalloc_cache_test {

using namespace alloc;

TEST(PtmallocCache, SecondFreeIsDetectedAndEndsTheProcess) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr at = heap.allocate(0, 100);
  heap.free(0, at);
  heap.free(0, at);
  EXPECT_EQ(heap.last_words(), "free(): double free detected in tcache 2");
  EXPECT_EQ(heap.allocate(0, 100), VirtAddr()) << "the process has ended";
}

TEST(PtmallocCache, LinksAreMangledWithTheirPlace) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr a = heap.allocate(0, 100);
  const VirtAddr b = heap.allocate(0, 100);
  heap.free(0, a);
  EXPECT_EQ(process.peek(a), a.value() >> 12U) << "the last of the list: 0, hidden by its place";
  heap.free(0, b);
  EXPECT_EQ(process.peek(b), a.value() ^ b.value() >> 12U);
}

TEST(PtmallocCache, LinkThatWasOverwrittenIsSeenIfItIsNotAligned) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr a = heap.allocate(0, 100);
  const VirtAddr b = heap.allocate(0, 100);
  heap.free(0, a);
  heap.free(0, b);
  process.store(b, 0x4141'4141'4141'4141);
  heap.allocate(0, 100);
  heap.allocate(0, 100);
  EXPECT_EQ(heap.last_words(), "malloc(): unaligned tcache chunk detected");
}

TEST(PtmallocCache, ThreadsThatEndLeaveNothingBehind) {
  FakeProcess process;
  Ptmalloc heap(process, {.arena_max = 8});
  ASSERT_TRUE(heap.start());
  const auto once = [&] {
    const unsigned thread = heap.add_thread().value();
    std::vector<VirtAddr> blocks;
    for (std::uint64_t i = 0; i < 50; ++i) blocks.push_back(heap.allocate(thread, 16 * i));
    for (const VirtAddr at : blocks) heap.free(thread, at);
    heap.end_thread(thread);
  };
  once();
  const std::uint64_t mapped = heap.totals().mapped;
  for (int i = 0; i < 20; ++i) once();
  EXPECT_EQ(heap.totals().mapped, mapped) << "its arena serves the next thread";
  EXPECT_EQ(heap.broken(), "");
}

}  // namespace signalbox::ptmalloc_cache_test
