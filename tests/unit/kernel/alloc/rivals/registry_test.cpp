#include "kernel/alloc/rivals/registry.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::registry_test {

using namespace alloc;

TEST(AllocatorRegistry, EveryRowMakesAnAllocatorThatAllocates) {
  for (const AllocatorRow& row : all_allocators()) {
    FakeProcess process;
    const auto heap = row.make(process, 2);
    ASSERT_TRUE(heap->start()) << row.name;
    const VirtAddr at = heap->allocate(0, 100);
    EXPECT_NE(at, VirtAddr()) << row.name;
    EXPECT_GE(heap->usable_size(at), 100U) << row.name;
    EXPECT_FALSE(heap->counts().empty()) << row.name;
    EXPECT_EQ(find_allocator(row.name), &row);
  }
  EXPECT_EQ(find_allocator("dlmalloc"), nullptr);
}

}  // namespace signalbox::registry_test
