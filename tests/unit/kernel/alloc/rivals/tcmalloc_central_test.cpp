#include "kernel/alloc/rivals/tcmalloc_central.hpp"

#include <gtest/gtest.h>

#include "tests/support/rival_rigs.hpp"

namespace signalbox::tcmalloc_central_test {

using namespace alloc;
using namespace alloc::tc;

TEST(CentralLists, WholeBatchesWaitInSlots) {
  TcmallocRig rig;
  const unsigned size_class = class_of(64);
  const BlockList batch = rig.central.take(size_class, 32);
  ASSERT_EQ(batch.count, 32U);
  rig.central.give(size_class, batch);
  const BlockList again = rig.central.take(size_class, 32);
  EXPECT_EQ(again.first, batch.first);
  EXPECT_EQ(rig.central.slot_hits(), 1U);
  const BlockList some = rig.central.take(size_class, 5);
  EXPECT_EQ(some.count, 5U);
  EXPECT_EQ(rig.central.broken(), "");
}

TEST(CentralLists, SpanThatIsAllFreeGoesBack) {
  TcmallocRig rig;
  const unsigned size_class = class_of(1024);
  const BlockList blocks = rig.central.take(size_class, 5);
  EXPECT_EQ(rig.central.spans(), 1U);
  rig.central.give(size_class, blocks);
  EXPECT_EQ(rig.central.spans(), 0U);
  EXPECT_EQ(rig.central.free_bytes(), 0U);
  EXPECT_EQ(rig.pages.broken(), "");
}

TEST(CentralLists, ANewSpanIsTouchedFromEndToEnd) {
  TcmallocRig rig;
  const unsigned size_class = class_of(16);
  const BlockList one = rig.central.take(size_class, 1);
  EXPECT_EQ(rig.process.peek(one.first + 4096), (one.first + 4096 + 16).value()) << "every block has its link";
}

TEST(CentralLists, SlotsOfAClassAreTakenFromOthers) {
  TcmallocRig rig;
  const unsigned size_class = class_of(64);
  std::vector<BlockList> batches;
  for (int i = 0; i < 64; ++i) batches.push_back(rig.central.take(size_class, 32));
  for (const BlockList& each : batches) rig.central.give(size_class, each);
  EXPECT_EQ(rig.central.broken(), "");
  const std::uint64_t hits = rig.central.slot_hits();
  for (int i = 0; i < 64; ++i) rig.central.take(size_class, 32);
  EXPECT_GT(rig.central.slot_hits() - hits, 16U) << "more than it began with";
  EXPECT_EQ(rig.central.broken(), "");
}

}  // namespace signalbox::tcmalloc_central_test
