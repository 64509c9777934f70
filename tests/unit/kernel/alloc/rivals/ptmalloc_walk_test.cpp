#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/fake_process.hpp"

namespace signalbox::ptmalloc_walk_test {

using namespace alloc;

TEST(PtmallocWalk, TotalsAreThoseOfTheChunks) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr at = heap.allocate(0, 5000);
  heap.allocate(0, 300'000);
  HeapTotals totals = heap.totals();
  EXPECT_EQ(totals.allocated, 0x290U + 5008U + 303'104U) << "the tcache's own block, a size in front, a mapping";
  EXPECT_EQ(totals.active, 2 * page_size + 303'104U);
  EXPECT_EQ(totals.mapped, 0x21000U + 303'104U);
  EXPECT_EQ(totals.huge, 303'104U);
  heap.free(0, at);
  totals = heap.totals();
  EXPECT_EQ(totals.active, page_size + 303'104U);
  EXPECT_EQ(heap.cached(), 0U) << "too large for a cache";
  heap.free(0, heap.allocate(0, 100));
  EXPECT_EQ(heap.cached(), 112U);
}

TEST(PtmallocWalk, SeesAChunkThatWasOverwritten) {
  FakeProcess process;
  Ptmalloc heap(process, {});
  ASSERT_TRUE(heap.start());
  const VirtAddr at = heap.allocate(0, 5000);
  heap.allocate(0, 5000);
  EXPECT_EQ(heap.broken(), "");
  process.store(at + 5000, 0x2000'0001);
  EXPECT_EQ(heap.broken(), "a chunk ends inside its region");
}

}  // namespace signalbox::ptmalloc_walk_test
