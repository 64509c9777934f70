#include "tests/support/reference_strings.hpp"

namespace signalbox::second_chance_test {
namespace {

TEST(SecondChance, GivesTheComputedCounts) {
  EXPECT_EQ(faults("second_chance", belady, 3), 10);
  EXPECT_EQ(faults("second_chance", belady, 4), 8);
}

TEST(SecondChance, WhatWasUsedGoesToTheEndOfTheQueue) {
  EXPECT_EQ(evicted("second_chance", references("1 2 3 1 4 5 6"), {.frames = 3}), (std::vector<PageKey>{2, 3, 1}));
}

}  // namespace
}  // namespace signalbox::second_chance_test
