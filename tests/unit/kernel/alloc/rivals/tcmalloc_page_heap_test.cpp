#include "kernel/alloc/rivals/tcmalloc_page_heap.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::tcmalloc_page_heap_test {

using namespace alloc;
using namespace alloc::tc;

struct Rig {
  explicit Rig(std::uint64_t release_rate = 0) : heap(process, metadata, release_rate) { heap.start(); }
  FakeProcess process;
  ProcessMetadata metadata{process};
  PageHeap heap;
};

TEST(PageHeap, GrowsByAMebibyteByTheBreakFirst) {
  Rig rig;
  const SpanId id = rig.heap.allocate(1);
  EXPECT_EQ(rig.heap.system_bytes(), 1U << 20U);
  EXPECT_EQ(rig.process.end_of_break().value() % page, 0U);
  EXPECT_EQ(rig.heap.at(id).begin.value() % page, 0U);
  EXPECT_EQ(rig.heap.normal_bytes(), (1U << 20U) - page);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PageHeap, FreeNeighboursBecomeOne) {
  Rig rig;
  const SpanId a = rig.heap.allocate(10);
  const SpanId b = rig.heap.allocate(10);
  const SpanId c = rig.heap.allocate(10);
  rig.heap.free(a);
  rig.heap.free(c);
  EXPECT_EQ(rig.heap.free_spans(), 2U);
  rig.heap.free(b);
  EXPECT_EQ(rig.heap.free_spans(), 1U);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PageHeap, TakesTheShortestThatIsLongEnough) {
  Rig rig;
  std::vector<SpanId> spans;
  for (const std::uint64_t pages : {30U, 1U, 12U, 1U, 200U, 1U, 150U, 1U}) spans.push_back(rig.heap.allocate(pages));
  const VirtAddr twelve = rig.heap.at(spans[2]).begin;
  const VirtAddr longer = rig.heap.at(spans[6]).begin;
  for (const std::size_t i : {0U, 2U, 4U, 6U}) rig.heap.free(spans[i]);
  EXPECT_EQ(rig.heap.at(rig.heap.allocate(11)).begin, twelve);
  EXPECT_EQ(rig.heap.at(rig.heap.allocate(140)).begin, longer) << "of the long ones, too";
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(PageHeap, GivesAPageBackForAThousandFreed) {
  Rig rig(1);
  for (int i = 0; i < 5000; ++i) rig.heap.free(rig.heap.allocate(1));
  EXPECT_GE(rig.heap.releases(), 1U);
  EXPECT_GT(rig.heap.returned_bytes(), 0U);
  EXPECT_EQ(rig.process.calls().unmaps, 0U);
  EXPECT_EQ(rig.heap.broken(), "");
  rig.heap.release_all();
  EXPECT_EQ(rig.heap.normal_bytes(), 0U);
  EXPECT_EQ(rig.heap.broken(), "");
}

}  // namespace signalbox::tcmalloc_page_heap_test
