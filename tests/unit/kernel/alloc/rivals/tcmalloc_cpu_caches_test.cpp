#include "kernel/alloc/rivals/tcmalloc_cpu_caches.hpp"

#include <gtest/gtest.h>

#include "kernel/alloc/rivals/tcmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::tcmalloc_cpu_caches_test {

using namespace alloc;
using namespace alloc::tc;

struct Rig : TcmallocRig {
  CpuCaches caches{process, central, 2, 100'000};
};

TEST(CpuCaches, FirstMissMakesRoomForABatch) {
  Rig rig;
  const unsigned size_class = class_of(64);
  rig.caches.take(0, size_class);
  EXPECT_EQ(rig.caches.capacity(0, size_class), 32U);
  EXPECT_EQ(rig.caches.cached(), 31U * 64);
  EXPECT_EQ(rig.caches.capacity(1, size_class), 0U);
  EXPECT_EQ(rig.caches.broken(), "");
}

TEST(CpuCaches, ClassesTakeRoomFromEachOther) {
  Rig rig;
  for (const std::uint64_t bytes : {64U, 1024U, 8192U, 16'384U}) {
    std::vector<VirtAddr> blocks;
    for (int i = 0; i < 100; ++i) blocks.push_back(rig.caches.take(0, class_of(bytes)));
    for (const VirtAddr at : blocks) rig.caches.give(0, class_of(bytes), at);
    ASSERT_EQ(rig.caches.broken(), "") << bytes;
    ASSERT_LE(rig.caches.cached(), 100'000U);
  }
  rig.caches.flush();
  EXPECT_EQ(rig.caches.cached(), 0U);
}

// What is cached grows with threads in the one, with CPUs in the other.
TEST(CpuCaches, CacheGrowsWithCpusNotWithThreads) {
  const auto cached = [](TcmallocFrontEnd front_end, unsigned threads) {
    FakeProcess process;
    Tcmalloc heap(process, front_end, {.cpus = 2});
    EXPECT_TRUE(heap.start());
    for (unsigned i = 1; i < threads; ++i) heap.add_thread();
    for (unsigned i = 0; i < threads; ++i) {
      std::vector<VirtAddr> blocks;
      for (int n = 0; n < 200; ++n) blocks.push_back(heap.allocate(i, 1000));
      for (const VirtAddr at : blocks) heap.free(i, at);
    }
    return heap.cached();
  };
  EXPECT_GT(cached(TcmallocFrontEnd::thread, 64), 3 * cached(TcmallocFrontEnd::thread, 16));
  EXPECT_EQ(cached(TcmallocFrontEnd::cpu, 64), cached(TcmallocFrontEnd::cpu, 16));
}

}  // namespace signalbox::tcmalloc_cpu_caches_test
