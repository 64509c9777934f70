#include "workloads/formats/json_object_text.hpp"

#include <gtest/gtest.h>

#include "workloads/formats/loose_json.hpp"

namespace signalbox::json_object_text_test {

TEST(JsonString, IsEscapedAndReadsBack) {
  EXPECT_EQ(json_string("a"), "\"a\"");
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("tab\tend\x01"), R"("tab\u0009end\u0001")");
  const std::string odd = "\"\\\n\x1f é/";
  EXPECT_EQ(read_loose_json(json_string(odd), "f").text, odd);
}

TEST(JsonObjectText, ShortOneIsOnOneLine) {
  JsonObjectText object;
  EXPECT_TRUE(object.empty());
  object.add("run", 5);
  object.add("name", json_string("x"));
  EXPECT_FALSE(object.empty());
  EXPECT_EQ(object.filled(4), R"({"run": 5, "name": "x"})");
}

TEST(JsonObjectText, LongOneIsFilledInLines) {
  JsonObjectText object;
  for (int i = 0; i < 30; ++i) object.add("number", 1'000'000 + i);
  const std::string text = object.filled(2);
  EXPECT_TRUE(text.starts_with("{\n    \"number\": 1000000, \"number\": 1000001"));
  EXPECT_TRUE(text.ends_with("\n  }"));
  std::size_t longest = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    longest = std::max(longest, end - from);
    from = end + 1;
  }
  EXPECT_LE(longest, 120U);
  EXPECT_GT(longest, 90U);
  EXPECT_EQ(read_loose_json(text, "f").members.size(), 30U);
}

TEST(JsonObjectText, ListedHasAMemberALine) {
  JsonObjectText object;
  object.add("a", 1);
  object.add("b", 2);
  EXPECT_EQ(object.listed(2), "{\n    \"a\": 1,\n    \"b\": 2\n  }");
}

}  // namespace signalbox::json_object_text_test
