#include "kernel/mm/paging/huge_page_scan.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/madvise.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::huge_page_scan_test {

using Next = HugePageScan::Step::Next;
constexpr VirtAddr first_huge(0x4000'0000);

class Scan : public ::testing::Test {
 protected:
  // Small pages at the beginning of each of so many 2 MiB.
  void fill(UserSpace& space, std::uint64_t blocks, std::uint32_t pages = 4) {
    map(space, blocks);
    EXPECT_TRUE(madvise(space.map(), first_huge, blocks * huge_page_bytes, madv_nohugepage));
    for (std::uint64_t block = 0; block < blocks; ++block) {
      for (std::uint32_t page = 0; page < pages; ++page)
        EXPECT_TRUE(machine_.store(space, first_huge + block * huge_page_bytes + page * page_bytes, page + 1));
    }
    EXPECT_TRUE(madvise(space.map(), first_huge, blocks * huge_page_bytes, madv_hugepage));
  }
  static void map(UserSpace& space, std::uint64_t blocks) {
    mmap(space.map(),
         {.hint = first_huge, .bytes = blocks * huge_page_bytes, .flags = map_private | map_anonymous | map_fixed})
        .value();
  }
  HugePageScan& scan() { return machine_.memory.huge_page_scan(); }
  // Up to the next sleep.
  HugePageScan::Step run() {
    while (true) {
      const HugePageScan::Step step = scan().step();
      machine_.finish_all();
      if (step.next == Next::sleep || step.next == Next::rest) return step;
    }
  }

  PagedMachine machine_{16'384, 0, {.overcommit = OvercommitMode::always, .huge_pages = HugePagePolicy::madvise}};
};

TEST_F(Scan, RestsWithoutASpaceThatMayHaveHugePages) {
  const auto space = machine_.new_space();
  map(*space, 2);
  EXPECT_FALSE(scan().has_work()) << "nobody has asked for them";
  EXPECT_EQ(scan().step().next, Next::rest);
  ASSERT_TRUE(madvise(space->map(), first_huge, huge_page_bytes, madv_hugepage));
  EXPECT_TRUE(scan().has_work());
}

TEST_F(Scan, AMappingThatIsTooSmallIsNone) {
  const auto space = machine_.new_space();
  const MmapRequest wanted{
      .hint = first_huge + page_bytes, .bytes = huge_page_bytes, .flags = map_private | map_anonymous | map_fixed};
  ASSERT_TRUE(mmap(space->map(), wanted).has_value());
  ASSERT_TRUE(madvise(space->map(), wanted.hint, huge_page_bytes, madv_hugepage));
  EXPECT_FALSE(scan().has_work()) << "no aligned 2 MiB fit in";
  EXPECT_FALSE(has_room_for_huge({wanted.hint, wanted.hint + (2 * huge_page_bytes - 2 * page_bytes)}));
  EXPECT_TRUE(has_room_for_huge({wanted.hint, wanted.hint + (2 * huge_page_bytes - page_bytes)}));
}

// 4,096 pages are eight huge ones; the space itself is one look, and the scan ends after the eighth.
TEST_F(Scan, CollapsesAsMuchAsOneScanMayLookAt) {
  const auto space = machine_.new_space();
  fill(*space, 10);
  const HugePageScan::Step end = run();
  EXPECT_EQ(end.next, Next::sleep);
  EXPECT_EQ(end.pause, Duration(10'000'000'000));
  EXPECT_EQ(scan().pages_collapsed(), 8U);
  EXPECT_EQ(scan().full_scans(), 0U);
  EXPECT_EQ(run().next, Next::sleep);
  EXPECT_EQ(scan().pages_collapsed(), 10U);
  EXPECT_EQ(scan().full_scans(), 1U);
  EXPECT_EQ(machine_.memory.huge_pages().pages(), 10U);
}

TEST_F(Scan, GoesFromSpaceToSpaceAndOnWhereItWas) {
  const auto first = machine_.new_space();
  auto second = machine_.new_space();
  fill(*first, 5);
  fill(*second, 5);
  EXPECT_EQ(run().next, Next::sleep);
  EXPECT_TRUE(second->is_huge_at(first_huge + 2 * huge_page_bytes));
  EXPECT_FALSE(second->is_huge_at(first_huge + 3 * huge_page_bytes));
  second.reset();  // in the middle of which it was
  EXPECT_EQ(scan().full_scans(), 1U);
  EXPECT_EQ(run().next, Next::sleep);
  EXPECT_EQ(scan().pages_collapsed(), 8U);
}

TEST_F(Scan, AChildIsLookedAtAsItsParentIs) {
  auto parent = machine_.new_space();
  fill(*parent, 1, 300);
  const auto child = machine_.fork(*parent);
  parent.reset();
  EXPECT_TRUE(scan().has_work());
  run();
  EXPECT_TRUE(child->is_huge_at(first_huge) || scan().pages_collapsed() == 0U);
  ASSERT_TRUE(machine_.store(*child, first_huge, 9)) << "its entries may be written again";
  run();
  EXPECT_TRUE(child->is_huge_at(first_huge));
}

// Sixty seconds once; a second failure ends the scan.
TEST_F(Scan, SleepsLongerWithoutABlockAndThenGivesUp) {
  const auto space = machine_.new_space();
  fill(*space, 4);
  machine_.memory.frames().refuse_after(0);
  HugePageScan::Step step = run();
  EXPECT_EQ(step.pause, Duration(60'000'000'000));
  step = run();
  EXPECT_EQ(step.pause, Duration(10'000'000'000));
  EXPECT_EQ(machine_.memory.events().huge_collapse_failures, 2U);
  machine_.memory.frames().refuse_after(PhysicalMemory::never);
  run();
  EXPECT_EQ(scan().pages_collapsed(), 4U) << "the two that it had not come to, and then those before";
}

}  // namespace signalbox::huge_page_scan_test
