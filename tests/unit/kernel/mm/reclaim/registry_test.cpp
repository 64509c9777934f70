#include <algorithm>
#include <functional>

#include "tests/support/reference_strings.hpp"

namespace signalbox::registry_test {
namespace {

TEST(ReclaimerRegistry, NamesAreUniqueAndInOrder) {
  EXPECT_EQ(std::ranges::adjacent_find(all_reclaimers(), std::ranges::greater_equal(), &ReclaimerRow::name),
            all_reclaimers().end());
  EXPECT_EQ(find_reclaimer("nobody"), nullptr);
  for (const ReclaimerRow* row : all_reclaimers()) EXPECT_EQ(find_reclaimer(row->name), row);
}

}  // namespace
}  // namespace signalbox::registry_test
