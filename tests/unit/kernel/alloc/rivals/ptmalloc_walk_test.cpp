#include <gtest/gtest.h>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "tests/support/rival_rigs.hpp"

namespace signalbox::ptmalloc_walk_test {

using namespace alloc;

TEST(PtmallocWalk, TotalsAreThoseOfTheChunks) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 5000);
  rig.heap.allocate(0, 300'000);
  HeapTotals totals = rig.heap.totals();
  EXPECT_EQ(totals.allocated, 0x290U + 5008U + 303'104U) << "the tcache's own block, a size in front, a mapping";
  EXPECT_EQ(totals.active, 2 * page_size + 303'104U);
  EXPECT_EQ(totals.mapped, 0x21000U + 303'104U);
  EXPECT_EQ(totals.huge, 303'104U);
  rig.heap.free(0, at);
  totals = rig.heap.totals();
  EXPECT_EQ(totals.active, page_size + 303'104U);
  EXPECT_EQ(rig.heap.cached(), 0U) << "too large for a cache";
  rig.heap.free(0, rig.heap.allocate(0, 100));
  EXPECT_EQ(rig.heap.cached(), 112U);
}

TEST(PtmallocWalk, SeesAChunkThatWasOverwritten) {
  PtmallocRig rig;
  const VirtAddr at = rig.heap.allocate(0, 5000);
  rig.heap.allocate(0, 5000);
  EXPECT_EQ(rig.heap.broken(), "");
  rig.process.store(at + 5000, 0x2000'0001);
  EXPECT_EQ(rig.heap.broken(), "a chunk ends inside its region");
}

}  // namespace signalbox::ptmalloc_walk_test
