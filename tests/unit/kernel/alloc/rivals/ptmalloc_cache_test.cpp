#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_cache_test {

using namespace alloc;

TEST(PtmallocCache, SecondFreeIsDetectedAndEndsTheProcess) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 100);
  rig.heap.free(0, at);
  rig.heap.free(0, at);
  EXPECT_EQ(rig.heap.last_words(), "free(): double free detected in tcache 2");
  EXPECT_EQ(rig.heap.allocate(0, 100), VirtAddr()) << "the process has ended";
}

TEST(PtmallocCache, LinksAreMangledWithTheirPlace) {
  PtmallocRig rig;
  const VirtAddr a = rig.heap.allocate(0, 100);
  const VirtAddr b = rig.heap.allocate(0, 100);
  rig.heap.free(0, a);
  EXPECT_EQ(rig.process.peek(a), a.value() >> 12U) << "the last of the list: 0, hidden by its place";
  rig.heap.free(0, b);
  EXPECT_EQ(rig.process.peek(b), a.value() ^ b.value() >> 12U);
}

TEST(PtmallocCache, LinkThatWasOverwrittenIsSeenIfItIsNotAligned) {
  PtmallocRig rig;
  const VirtAddr a = rig.heap.allocate(0, 100);
  const VirtAddr b = rig.heap.allocate(0, 100);
  rig.heap.free(0, a);
  rig.heap.free(0, b);
  rig.process.store(b, 0x4141'4141'4141'4141);
  rig.heap.allocate(0, 100);
  rig.heap.allocate(0, 100);
  EXPECT_EQ(rig.heap.last_words(), "malloc(): unaligned tcache chunk detected");
}

TEST(PtmallocCache, ThreadsThatEndLeaveNothingBehind) {
  PtmallocRig rig({.arena_max = 8});
  const auto once = [&] {
    const unsigned thread = rig.heap.add_thread().value();
    std::vector<VirtAddr> blocks;
    for (std::uint64_t i = 0; i < 50; ++i) blocks.push_back(rig.heap.allocate(thread, 16 * i));
    for (const VirtAddr at : blocks) rig.heap.free(thread, at);
    rig.heap.end_thread(thread);
  };
  once();
  const std::uint64_t mapped = rig.heap.totals().mapped;
  for (int i = 0; i < 20; ++i) once();
  EXPECT_EQ(rig.heap.totals().mapped, mapped) << "its arena serves the next thread";
  EXPECT_EQ(rig.heap.broken(), "");
}

}  // namespace signalbox::ptmalloc_cache_test
