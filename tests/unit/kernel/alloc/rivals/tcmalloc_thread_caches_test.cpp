#include "kernel/alloc/rivals/tcmalloc_thread_caches.hpp"

#include <gtest/gtest.h>

#include "tests/support/rival_rigs.hpp"

namespace signalbox::tcmalloc_thread_caches_test {

using namespace alloc;
using namespace alloc::tc;

struct Rig : TcmallocRig {
  Rig() { caches.add_thread(0); }
  ThreadCaches caches{process, central, 32U << 20U};
};

TEST(ThreadCaches, ListsStartSlowly) {
  Rig rig;
  const unsigned size_class = class_of(64);
  EXPECT_EQ(rig.caches.most_length(0, size_class), 1U);
  for (unsigned i = 2; i <= 32; ++i) {
    while (rig.caches.most_length(0, size_class) < i) rig.caches.take(0, size_class);
  }
  EXPECT_EQ(rig.caches.most_length(0, size_class), 32U) << "one more with each fetch, to a batch";
  while (rig.caches.most_length(0, size_class) == 32) rig.caches.take(0, size_class);
  EXPECT_EQ(rig.caches.most_length(0, size_class), 64U) << "then a batch more";
}

TEST(ThreadCaches, ListThatIsTooLongGivesABatchBack) {
  Rig rig;
  const unsigned size_class = class_of(64);
  const VirtAddr a = rig.caches.take(0, size_class);
  const VirtAddr b = rig.caches.take(0, size_class);
  const VirtAddr c = rig.caches.take(0, size_class);
  const VirtAddr d = rig.caches.take(0, size_class);
  for (const VirtAddr at : {a, b, c, d}) rig.caches.give(0, size_class, at);
  EXPECT_EQ(rig.caches.broken(), "");
  EXPECT_LE(rig.caches.cached() / 64, rig.caches.most_length(0, size_class));
}

TEST(ThreadCaches, BudgetGrowsBy64KiBAtATime) {
  Rig rig;
  EXPECT_EQ(rig.caches.most_bytes(0), 64 << 10);
  std::vector<VirtAddr> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(rig.caches.take(0, class_of(8192)));
  for (const VirtAddr at : blocks) rig.caches.give(0, class_of(8192), at);
  EXPECT_GT(rig.caches.most_bytes(0), 64 << 10);
  EXPECT_EQ(rig.caches.broken(), "");
  rig.caches.end_thread(0);
  EXPECT_EQ(rig.caches.cached(), 0U);
}

}  // namespace signalbox::tcmalloc_thread_caches_test
