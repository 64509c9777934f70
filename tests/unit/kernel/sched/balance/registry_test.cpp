#include "kernel/sched/balance/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::registry_test {

TEST(BalancerRegistry, NamesAreSortedAndFindable) {
  EXPECT_TRUE(std::ranges::is_sorted(all_balancers(), {}, &BalancerRow::name));
  for (const BalancerRow* const row : all_balancers()) {
    EXPECT_EQ(find_balancer(row->name), row);
    EXPECT_FALSE(row->summary.empty() || row->source.empty()) << row->name;
  }
  EXPECT_EQ(find_balancer("none_such"), nullptr);
}

}  // namespace signalbox::registry_test
