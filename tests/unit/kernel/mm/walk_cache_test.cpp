#include "kernel/mm/walk_cache.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/page_table.hpp"
#include "tests/support/emulated_ram.hpp"

namespace signalbox::walk_cache_test {

class X86WalkCache : public ::testing::Test {
 protected:
  X86WalkCache() {
    for (const VirtAddr at : {near_, beside_, far_}) {
      EXPECT_TRUE(table_.map(at, PageEntry(FrameNumber(1), page_bit::table)));
    }
  }
  // The memory accesses of a walk.
  unsigned accesses(WalkCache& cache, VirtAddr at, Asid asid = Asid(0)) {
    const WalkStart from = cache.start(x86_64_format(), table_.root(), at, asid);
    const Walk found = walk(ram_.memory, x86_64_format(), from, at);
    EXPECT_EQ(translated(found, x86_64_format(), at), translated(table_.look_up(at), x86_64_format(), at));
    cache.learn(x86_64_format(), from, found, at, asid);
    return found.accesses;
  }

  const VirtAddr near_{0x1000};
  const VirtAddr beside_{0x20'0000};   // another PTE table
  const VirtAddr far_{0x8'0000'0000};  // another PMD table
  EmulatedRam ram_{1024};
  PageTable table_ = PageTable::create(ram_.memory, x86_64_format()).value();
};

TEST_F(X86WalkCache, BeginsAtTheDeepestKnownTable) {
  WalkCache cache(default_walk_cache);
  EXPECT_EQ(accesses(cache, near_), 4U);
  EXPECT_EQ(accesses(cache, near_), 1U);
  EXPECT_EQ(accesses(cache, beside_), 2U);
  EXPECT_EQ(accesses(cache, far_), 3U);
  EXPECT_EQ(accesses(cache, VirtAddr(0x1'0000'0000'0000 / 4)), 1U);  // the PGD's entry is not present
}

TEST_F(X86WalkCache, NoneBeginsAtTheRoot) {
  WalkCache cache(no_walk_cache);
  EXPECT_EQ(accesses(cache, near_), 4U);
  EXPECT_EQ(accesses(cache, near_), 4U);
}

TEST_F(X86WalkCache, OnlyTheLowestMayBeThere) {
  WalkCache cache({1, 0, 0});
  EXPECT_EQ(accesses(cache, near_), 4U);
  EXPECT_EQ(accesses(cache, near_), 1U);
  EXPECT_EQ(accesses(cache, beside_), 4U);
  EXPECT_EQ(accesses(cache, near_), 4U);
}

TEST_F(X86WalkCache, IsForgottenBySpace) {
  WalkCache cache(default_walk_cache);
  accesses(cache, near_, Asid(1));
  EXPECT_EQ(accesses(cache, near_, Asid(2)), 4U);
  cache.forget_all(Asid(1));
  EXPECT_EQ(accesses(cache, near_, Asid(2)), 1U);
  EXPECT_EQ(accesses(cache, near_, Asid(1)), 4U);
}

TEST_F(X86WalkCache, KeepsTheRightsOfUpperLevels) {
  WalkCache cache(default_walk_cache);
  const WalkStep root = table_.look_up(near_).steps[0];
  x86_64_format().write(ram_.memory, root.slot, root.entry.without(page_bit::writable));
  accesses(cache, near_);
  EXPECT_FALSE(cache.start(x86_64_format(), table_.root(), near_, Asid(0)).rights.writable);
}

TEST(WalkCache, FlatTableNeedsNone) {
  WalkCache cache(default_walk_cache);
  EXPECT_EQ(cache.start(flat_format(), PhysAddr(0x1000), VirtAddr(0x5000), Asid(0)).table, PhysAddr(0x1000));
}

}  // namespace signalbox::walk_cache_test
