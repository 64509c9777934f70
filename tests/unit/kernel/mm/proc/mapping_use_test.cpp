#include "kernel/mm/proc/mapping_use.hpp"

#include <gtest/gtest.h>

namespace signalbox::mapping_use_test {

// Every field its own number, so that a sum that mixes two of them is seen.
constexpr MappingUse all{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, true};

TEST(MappingUse, AddsEveryField) {
  MappingUse sum = all;
  sum += all;
  EXPECT_EQ(sum, (MappingUse{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, true}));
  sum = {};
  sum += all;
  EXPECT_EQ(sum, all);
}

TEST(MappingUse, SharesLoseTheirFractionWhenTheyAreShown) {
  EXPECT_EQ(kib_of_fraction((std::uint64_t{6 << 10U} << 12U) + 4095), 6U);
}

}  // namespace signalbox::mapping_use_test
