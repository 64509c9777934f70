#include "workloads/formats/loose_string.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::loose_string_test {

std::string read(std::string_view text) {
  TextCursor cursor(text, "f");
  return read_loose_string(cursor);
}
std::string error_in(std::string_view text) {
  return error_of([text] { read(text); });
}

TEST(LooseString, CursorIsLeftBehindTheClosingQuote) {
  TextCursor cursor("\"ab\":", "f");
  EXPECT_EQ(read_loose_string(cursor), "ab");
  EXPECT_EQ(cursor.peek(), ':');
}

TEST(LooseString, DecodesEveryShortEscape) { EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t"); }

TEST(LooseString, DecodesUnicodeOfEveryLength) {
  EXPECT_EQ(read(R"("\u0041\u00e9\u20AC\ud83d\ude00")"), "A\u00e9\u20ac\U0001f600");
}

TEST(LooseString, KeepsBytesBeyondAsciiAndTabs) { EXPECT_EQ(read("\"\u00e9\t\""), "\u00e9\t"); }

TEST(LooseString, ErrorsNameTheirPlace) {
  EXPECT_EQ(error_in("\"abc"), "f:1:1: error: this string has no end; expected '\"' on the same line");
  EXPECT_EQ(error_in("\"ab\nc\""), "f:1:1: error: this string has no end; expected '\"' on the same line");
  EXPECT_EQ(error_in("\"a\\"),
            "f:1:3: error: unknown escape in a string; expected one of "
            "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  EXPECT_EQ(error_in("\"\\u12g4\""), "f:1:2: error: a broken escape; expected \\u and four hexadecimal digits");
  EXPECT_EQ(error_in("\"\\u12"), "f:1:2: error: a broken escape; expected \\u and four hexadecimal digits");
}

TEST(LooseString, HalfASurrogatePairIsNoCharacter) {
  for (const std::string_view half :
       {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\u0000")"}) {
    EXPECT_EQ(error_in(half),
              "f:1:2: error: this escape is no character; expected "
              "\\u0001 to \\uffff, or a pair of surrogates");
  }
}

}  // namespace signalbox::loose_string_test
