#include "workloads/formats/nearest_word.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace signalbox {
namespace {

constexpr std::array<std::string_view, 5> known = {"priority", "policy", "phases", "loop", "delay"};

TEST(NearestWord, ForgivesASlipOfEachKind) {
  EXPECT_EQ(nearest_word("prioriti", known), "priority");                                        // a wrong letter
  EXPECT_EQ(nearest_word("prriority", known), "priority");                                       // one too many
  EXPECT_EQ(nearest_word("polcy", known), "policy");                                             // one missing
  EXPECT_EQ(nearest_word("plocy", std::array<std::string_view, 2>{"polys", "polcy"}), "polcy");  // two swapped
}

TEST(NearestWord, ExactWordIsItsOwnNearest) { EXPECT_EQ(nearest_word("loop", known), "loop"); }

TEST(NearestWord, OfEquallyNearTheFirstIsTaken) {
  EXPECT_EQ(nearest_word("b", std::array<std::string_view, 2>{"a", "c"}), "a");
}

TEST(NearestWord, EmptyWordIsNearestToTheShortest) { EXPECT_EQ(nearest_word("", known), "loop"); }

TEST(NearestWord, VeryLongWordsAreComparedByTheirBeginning) {
  EXPECT_EQ(nearest_word("delay" + std::string(1'000'000, 'y'), known), "delay");
}

TEST(NearestWordDeathTest, WithoutWordsToChooseFromIsABug) { EXPECT_DEATH(nearest_word("a", {}), "words to choose"); }

}  // namespace
}  // namespace signalbox
