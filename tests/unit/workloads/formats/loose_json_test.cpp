#include "workloads/formats/loose_json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::loose_json_test {

using Kind = LooseValue::Kind;

LooseValue read(std::string_view text) { return read_loose_json(text, "f"); }
std::string error_in(std::string_view text) {
  return error_of([text] { read(text); });
}

TEST(LooseJson, KeepsMembersInOrderAndTwice) {
  const LooseValue value = read(R"({"run": 1, "sleep": 2, "run": 3})");
  ASSERT_EQ(value.members.size(), 3U);
  EXPECT_EQ(value.members[0].key, "run");
  EXPECT_EQ(value.members[1].key, "sleep");
  EXPECT_EQ(value.members[2].key, "run");
  EXPECT_EQ(value.members[2].value.text, "3");
}

TEST(LooseJson, KeyMayStandAlone) {
  const LooseValue value = read(R"({"suspend", "run": 1, "yield"})");
  ASSERT_EQ(value.members.size(), 3U);
  EXPECT_EQ(value.members[0].value.kind, Kind::nothing);
  EXPECT_EQ(value.members[1].value.kind, Kind::number);
  EXPECT_EQ(value.members[2].value.kind, Kind::nothing);
}

TEST(LooseJson, BareWordsAreValues) {
  for (const std::string_view word : {"true", "RUN_TIME", "$loops", "@name@", "%d%", "<period>", "_x"}) {
    const LooseValue value = read("{\"a\": " + std::string(word) + "}");
    EXPECT_EQ(value.members[0].value.kind, Kind::word);
    EXPECT_EQ(value.members[0].value.text, word);
  }
}

TEST(LooseJson, NumbersStayAsWritten) {
  for (const std::string_view number : {"0", "-1", "12.50", "1e9", "-1.5E-3", "007"}) {
    const LooseValue value = read(number);
    EXPECT_EQ(value.kind, Kind::number);
    EXPECT_EQ(value.text, number);
  }
}

TEST(LooseJson, CommentsAndTrailingCommasAreAsNothing) {
  const LooseValue value = read("/* a * b **/ { // c\n\"a\" /**/ : [1, /* 2, */ 3,], // \"b\": 4\n}\n//end");
  ASSERT_EQ(value.members.size(), 1U);
  ASSERT_EQ(value.members[0].value.items.size(), 2U);
  EXPECT_EQ(value.members[0].value.items[1].text, "3");
}

TEST(LooseJson, EverythingKnowsItsPlace) {
  const LooseValue value = read("{\n\t\"a\": [1,\n  \"b\"]\n}");
  EXPECT_EQ(value.place.line, 1U);
  EXPECT_EQ(value.members[0].place.line, 2U);
  EXPECT_EQ(value.members[0].place.column, 2U);
  EXPECT_EQ(value.members[0].value.place.column, 7U);
  EXPECT_EQ(value.members[0].value.items[1].place.line, 3U);
  EXPECT_EQ(value.members[0].value.items[1].place.column, 3U);
}

TEST(LooseJson, NestsAsDeepAsItSaysAndNoDeeper) {
  EXPECT_EQ(error_in(std::string(64, '[') + std::string(64, ']')), "no error");
  EXPECT_EQ(error_in(std::string(65, '[') + std::string(65, ']')),
            "f:1:65: error: nested too deep; expected at most 64 levels");
  EXPECT_EQ(error_in(std::string(1'000'000, '[')), "f:1:65: error: nested too deep; expected at most 64 levels");
}

struct Malformed {
  std::string_view text;
  const char* message;
};

TEST(LooseJson, MalformedTextIsRefusedAtItsPlace) {
  const Malformed cases[] = {
      {"", "f:1:1: error: the file ends here; expected a value"},
      {"  /* only */ ", "f:1:14: error: the file ends here; expected a value"},
      {"{", "f:1:2: error: the file ends here; expected a key in double quotes or '}'"},
      {"{\"a\"", "f:1:5: error: the file ends here; expected ':' after the key \"a\""},
      {"{\"a\":", "f:1:6: error: the file ends here; expected a value"},
      {"{\"a\": 1", "f:1:8: error: the file ends here; expected ',' or '}'"},
      {"[1", "f:1:3: error: the file ends here; expected ',' or ']'"},
      {"{\"a\": 1 \"b\": 2}", "f:1:9: error: unexpected '\"'; expected ',' or '}'"},
      {"{\"a\" 1}", "f:1:6: error: unexpected '1'; expected ':' after the key \"a\""},
      {"{,}", "f:1:2: error: unexpected ','; expected a key in double quotes or '}'"},
      {"{\"a\": 1,,}", "f:1:9: error: unexpected ','; expected a key in double quotes or '}'"},
      {"{a: 1}", "f:1:2: error: unexpected word \"a\"; expected a key in double quotes or '}'"},
      {"{EVENTS}", "f:1:2: error: unexpected word \"EVENTS\"; expected a key in double quotes or '}'"},
      {"{'a': 1}", "f:1:2: error: unexpected '''; expected a key in double quotes or '}'"},
      {"{\"a\": }", "f:1:7: error: unexpected '}'; expected a value"},
      {"{\"a\": 10ms}", "f:1:7: error: \"10ms\" is not a number; expected a number"},
      {"[1, 2}", "f:1:6: error: unexpected '}'; expected ',' or ']'"},
      {"[-]", "f:1:2: error: \"-\" is not a number; expected a number"},
      {"[1.]", "f:1:2: error: \"1.\" is not a number; expected a number"},
      {"[1e+]", "f:1:2: error: \"1e+\" is not a number; expected a number"},
      {"{} {}", "f:1:4: error: unexpected '{'; expected the end of the file"},
      {"{}\n}", "f:2:1: error: unexpected '}'; expected the end of the file"},
      {"{ /* \n }", "f:1:3: error: this comment has no end; expected \"*/\""},
      {"{ / }", "f:1:3: error: unexpected '/'; expected a key in double quotes or '}'"},
      {"[\u00e9]", "f:1:2: error: unexpected character; expected a value"},
      {std::string_view("[\0]", 3), "f:1:2: error: unexpected '\\x00'; expected a value"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message) << malformed.text;
}

TEST(LooseJson, IsRecognisedBehindSpaceAndComments) {
  EXPECT_TRUE(begins_like_loose_json("\xef\xbb\xbf\n /* x */ // y\n {"));
  EXPECT_TRUE(begins_like_loose_json("/* without an end"));
  EXPECT_FALSE(begins_like_loose_json("name,arrival_us"));
  EXPECT_FALSE(begins_like_loose_json(""));
}

}  // namespace signalbox::loose_json_test
