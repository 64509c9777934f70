#include "workloads/formats/rt_app_values.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_values_test {

constexpr IntegerRange small{-1, 10, "a number from -1 to 10"};

LooseMember member(std::string_view value) {
  return read_loose_json("{\"k\"" + std::string(value) + "}", "f").members[0];
}
std::string integer_error(std::string_view value) {
  return error_of([&] { integer_of(member(value), small); });
}

TEST(RtAppValues, IntegersAreReadUpToTheirBounds) {
  EXPECT_EQ(integer_of(member(": -1"), small), -1);
  EXPECT_EQ(integer_of(member(": 10"), small), 10);
  EXPECT_EQ(microseconds_of(member(": 1000000000000")), 1'000'000_s);
}

TEST(RtAppValues, EveryOtherKindIsNoInteger) {
  const std::string expected = "; expected a number from -1 to 10";
  EXPECT_EQ(integer_error(""), "f:1:2: error: \"k\" has no value" + expected);
  EXPECT_EQ(integer_error(": WORD"), "f:1:7: error: \"k\" still holds the placeholder WORD" + expected);
  EXPECT_EQ(integer_error(": \"3\""), "f:1:7: error: \"k\" is the string \"3\"" + expected);
  EXPECT_EQ(integer_error(": [3]"), "f:1:7: error: \"k\" is a list" + expected);
  EXPECT_EQ(integer_error(": {}"), "f:1:7: error: \"k\" is an object" + expected);
  EXPECT_EQ(integer_error(": 1.0"), "f:1:7: error: \"k\" is 1.0" + expected);
  EXPECT_EQ(integer_error(": 1e1"), "f:1:7: error: \"k\" is 1e1" + expected);
  EXPECT_EQ(integer_error(": 11"), "f:1:7: error: \"k\" is 11" + expected);
  EXPECT_EQ(integer_error(": -2"), "f:1:7: error: \"k\" is -2" + expected);
  EXPECT_EQ(integer_error(": 99999999999999999999"), "f:1:7: error: \"k\" is 99999999999999999999" + expected);
}

TEST(RtAppValues, BooleansAreWordsInBothSpellings) {
  EXPECT_TRUE(boolean_of(member(": true")));
  EXPECT_TRUE(boolean_of(member(": True")));
  EXPECT_FALSE(boolean_of(member(": false")));
  EXPECT_FALSE(boolean_of(member(": False")));
  EXPECT_EQ(error_of([] { boolean_of(member(": 1")); }), "f:1:7: error: \"k\" is 1; expected true or false");
  EXPECT_EQ(error_of([] { boolean_of(member(": \"true\"")); }),
            "f:1:7: error: \"k\" is the string \"true\"; expected true or false");
  EXPECT_EQ(error_of([] { boolean_of(member(": FLAG")); }),
            "f:1:7: error: \"k\" still holds the placeholder FLAG; expected true or false");
}

TEST(RtAppValues, NamesAreTextsThatSaySomething) {
  EXPECT_EQ(text_of(member(": \"\""), "a text"), "");
  EXPECT_EQ(name_of(member(": \"a b\""), "a name"), "a b");
  EXPECT_EQ(error_of([] { name_of(member(": \"\""), "a name"); }),
            "f:1:7: error: \"k\" is the string \"\"; expected a name");
  EXPECT_EQ(error_of([] { name_of(member(R"(: "a\nb")"), "a name"); }),
            "f:1:7: error: \"k\" is the string \"a\\x0ab\"; expected no control character in a name");
}

TEST(RtAppValues, ObjectsAreObjects) {
  EXPECT_TRUE(object_of(member(": {}")).members.empty());
  EXPECT_EQ(error_of([] { object_of(member(": []")); }), "f:1:7: error: \"k\" is a list; expected an object in braces");
}

TEST(RtAppValues, ListsCheckEachItem) {
  EXPECT_EQ(integers_of(member(": [1, 2,]"), small), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(error_of([] { integers_of(member(": []"), small); }),
            "f:1:7: error: \"k\" is empty; expected a list in brackets, each a number from -1 to 10");
  EXPECT_EQ(error_of([] { integers_of(member(": [1, 12]"), small); }),
            "f:1:11: error: an item of \"k\" is 12; expected a number from -1 to 10");
}

}  // namespace signalbox::rt_app_values_test
