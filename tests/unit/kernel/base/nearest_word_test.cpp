#include "kernel/base/nearest_word.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace signalbox::nearest_word_test {

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

TEST(LikelyWord, ForgivesAThirdOfTheLettersAndAnAbbreviation) {
  EXPECT_EQ(likely_word("polcy", known), "policy");
  EXPECT_EQ(likely_word("pri", known), "priority");
  EXPECT_EQ(likely_word("xyzzy", known), "");
  EXPECT_EQ(likely_word("anything", {}), "");
  EXPECT_EQ(likely_word(std::string(1'000'000, 'y'), known), "");
}

TEST(OneOf, ListsWhatIsExpectedAndWhatWasMeant) {
  constexpr std::array<std::string_view, 2> words = {"loop", "delay"};
  EXPECT_EQ(one_of("dealy", words), "one of loop, delay (did you mean delay?)");
  EXPECT_EQ(one_of("xyz", words), "one of loop, delay");
  EXPECT_EQ(one_of("xyz", {}), "none");
}

TEST(NearestWordDeathTest, WithoutWordsToChooseFromIsABug) { EXPECT_DEATH(nearest_word("a", {}), "words to choose"); }

}  // namespace signalbox::nearest_word_test
