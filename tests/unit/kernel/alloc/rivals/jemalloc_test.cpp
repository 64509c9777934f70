#include "kernel/alloc/rivals/jemalloc.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::jemalloc_test {

using namespace alloc;

TEST(RivalJemalloc, MisuseEndsTheProcess) {
  FakeProcess process;
  Jemalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr at = heap.allocate(0, 100);
  heap.free(0, at);
  heap.free(0, at);
  EXPECT_EQ(heap.last_words(), "free already");
  EXPECT_EQ(heap.allocate(0, 100), VirtAddr());
}

TEST(RivalJemalloc, CountsWhatBinsAndCachesDo) {
  FakeProcess process;
  Jemalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  heap.allocate(0, 100);
  heap.allocate(0, 100'000);
  const auto count = [&](std::string_view name) {
    for (const AllocatorCount& each : heap.counts()) {
      if (each.name == name) return each.value;
    }
    return ~std::uint64_t{0};
  };
  EXPECT_EQ(count("small.nfills"), 1U);
  EXPECT_EQ(count("small.nslabs"), 1U);
  EXPECT_EQ(count("large.nmalloc"), 1U);
  EXPECT_GT(heap.cached(), 0U);
  EXPECT_GT(heap.metadata(), 10'000U);
  const std::uint64_t locks = heap.locks();
  heap.allocate(0, 100);
  EXPECT_EQ(heap.locks(), locks) << "a hit in the cache takes none, and asking none that stays";
}

}  // namespace signalbox::jemalloc_test
