#include "kernel/mm/proc/memory_counts.hpp"

#include <gtest/gtest.h>

namespace signalbox::memory_counts_test {

// By hand from si_mem_available: free - reserve + (cache - min(cache / 2, low)) + (slab - min(slab / 2, low)).
TEST(MemoryCounts, AvailableIsFreeAndWhatCanGo) {
  const MemoryCounts counts{.free = 1000, .active_file = 300, .inactive_file = 200, .slab_reclaimable = 50};
  EXPECT_EQ(available_pages(counts, 100, 150), 1000U - 150 + (500 - 100) + (50 - 25));
  EXPECT_EQ(available_pages(counts, 1000, 0), 1000U + 250 + 25);
  EXPECT_EQ(available_pages({.free = 10}, 100, 150), 0U);
}

}  // namespace signalbox::memory_counts_test
