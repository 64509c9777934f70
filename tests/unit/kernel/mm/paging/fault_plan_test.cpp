#include "kernel/mm/paging/fault_plan.hpp"

#include <gtest/gtest.h>

namespace signalbox::fault_plan_test {

TEST(MemoryWork, AddsEachOfItsKinds) {
  MemoryWork sum{.pages_mapped = 1, .pages_zeroed = 2, .pages_copied = 3, .tables_made = 4};
  sum += {.pages_mapped = 10, .pages_zeroed = 20, .pages_copied = 30, .tables_made = 40};
  EXPECT_EQ(sum, (MemoryWork{.pages_mapped = 11, .pages_zeroed = 22, .pages_copied = 33, .tables_made = 44}));
}

}  // namespace signalbox::fault_plan_test
