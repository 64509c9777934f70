#include "tools/experiment/memory_view.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::memory_view_test {

TEST(MemoryView, CountsFramesTablesAndSwap) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  const MemoryCounts before = memory_counts(*fixture.machine().memory());
  EXPECT_EQ(before.total, 4 * mib / page_bytes);
  EXPECT_EQ(before.swap_free, 16 * mib / page_bytes);
  EXPECT_EQ(before.anonymous, 0U);
  fixture.spawn([&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr own = map_pages(caller, 100);
    const VirtAddr shared = map_pages(caller, 10, map_shared | map_anonymous);
    for (std::uint64_t page = 0; page < 100; ++page) memory.store(word_of(own, page), page);
    for (std::uint64_t page = 0; page < 10; ++page) memory.store(word_of(shared, page), page);
    const MemoryCounts now = memory_counts(*fixture.machine().memory());
    EXPECT_GE(now.anonymous, 100U);
    EXPECT_EQ(now.shared, 10U);
    EXPECT_GE(now.cached, 10U);
    EXPECT_GE(now.page_tables, 4U);
    EXPECT_GE(now.committed, 110U);
    EXPECT_LE(now.free + now.anonymous + now.cached + now.page_tables, now.total);
    EXPECT_LT(now.available, before.available);
    EXPECT_LE(now.available, now.free + now.cached);
    const ResidentCounts resident = resident_counts(*caller.process().space);
    EXPECT_EQ(resident.anonymous_pages, now.anonymous);
    EXPECT_EQ(resident.shared_memory_pages, 10U);
    EXPECT_EQ(resident.table_bytes, (now.page_tables - 1) * page_bytes) << "the root is not counted";
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(MemoryView, PagesInSwapAreNoLongerFree) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  fixture.spawn([&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1536);
    for (std::uint64_t page = 0; page < 1536; ++page) memory.store(word_of(at, page), page);
    const MemoryCounts now = memory_counts(*fixture.machine().memory());
    EXPECT_GE(now.swap_total - now.swap_free, 512U);
    EXPECT_GE(resident_counts(*caller.process().space).swapped_pages, 512U);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

}  // namespace signalbox::memory_view_test
