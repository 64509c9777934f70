#include "workloads/input_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::input_error_test {

std::string message(const SourcePlace& place, const std::string& what, const std::string& expected) {
  return InputError(place, what, expected).what();
}

TEST(InputError, NamesPlaceProblemAndExpectation) {
  EXPECT_EQ(message({"a.json", 3, 7}, "this is wrong", "that"), "a.json:3:7: error: this is wrong; expected that");
}

TEST(InputError, WithoutALineIsAboutTheFileAsAWhole) {
  EXPECT_EQ(message({.file = "a.json"}, "is empty", "a text"), "a.json: error: is empty; expected a text");
}

TEST(InputError, WithoutAnExpectationSaysOnlyWhatIsWrong) {
  EXPECT_EQ(message({"a.json", 1, 1}, "too late", ""), "a.json:1:1: error: too late");
}

TEST(InputError, StaysOnOneLineWhateverTheInputHolds) {
  EXPECT_EQ(message({"a\n.json", 1, 1}, "bad \x1b[31m", "\x7f"),
            "a\\x0a.json:1:1: error: bad \\x1b[31m; expected \\x7f");
}

TEST(InputError, KeepsThePlace) {
  const InputError error({"a.json", 3, 7}, "x", "y");
  EXPECT_EQ(error.place().file, "a.json");
  EXPECT_EQ(error.place().line, 3U);
  EXPECT_EQ(error.place().column, 7U);
}

TEST(InQuotes, ShortWordStaysWhole) { EXPECT_EQ(in_quotes("run"), "\"run\""); }

TEST(InQuotes, LongWordIsCut) { EXPECT_EQ(in_quotes(std::string(61, 'a')), "\"" + std::string(60, 'a') + "...\""); }

TEST(InQuotes, NeverCutsInsideACharacter) {
  EXPECT_EQ(in_quotes(std::string(59, 'a') + "\u00e9tude"), "\"" + std::string(59, 'a') + "...\"");
}

TEST(InQuotes, BytesThatAreNoTextAreCutToNothing) { EXPECT_EQ(in_quotes(std::string(99, '\x80')), "\"...\""); }

TEST(ControlCharacter, IsFoundAnywhere) {
  EXPECT_TRUE(has_control_character("a\tb"));
  EXPECT_TRUE(has_control_character(std::string("ab\0", 3)));
  EXPECT_FALSE(has_control_character("caf\u00e9 au lait"));
}

TEST(InputError, TakesARemark) {
  const InputError error({"a.json", 2, 3}, "this is wrong", "that");
  const InputError remarked(error, "nothing\nwas run");
  EXPECT_STREQ(remarked.what(), "a.json:2:3: error: this is wrong; expected that; nothing\\x0awas run");
  EXPECT_EQ(remarked.place().line, 2U);
}

}  // namespace signalbox::input_error_test
