#include "workloads/formats/text_cursor.hpp"

#include <gtest/gtest.h>

namespace signalbox::text_cursor_test {

TEST(TextCursor, BeginsAtLineOneColumnOne) {
  const TextCursor cursor("ab", "f");
  EXPECT_EQ(cursor.place().file, "f");
  EXPECT_EQ(cursor.place().line, 1U);
  EXPECT_EQ(cursor.place().column, 1U);
}

TEST(TextCursor, LineFeedBeginsTheNextLine) {
  TextCursor cursor("ab\ncd", "f");
  cursor.advance(4);
  EXPECT_EQ(cursor.peek(), 'd');
  EXPECT_EQ(cursor.place().line, 2U);
  EXPECT_EQ(cursor.place().column, 2U);
}

TEST(TextCursor, ColumnsCountCharactersNotBytes) {
  TextCursor cursor("\u00e9\u20acx", "f");
  cursor.advance(5);
  EXPECT_EQ(cursor.peek(), 'x');
  EXPECT_EQ(cursor.place().column, 3U);
}

TEST(TextCursor, AdvancingBeyondTheEndStaysThere) {
  TextCursor cursor("ab", "f");
  cursor.advance(100);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(cursor.peek(), '\0');
  EXPECT_EQ(cursor.place().column, 3U);
}

TEST(TextCursor, PeeksAheadAndCompares) {
  const TextCursor cursor("// a", "f");
  EXPECT_EQ(cursor.peek(1), '/');
  EXPECT_EQ(cursor.peek(9), '\0');
  EXPECT_TRUE(cursor.starts_with("//"));
  EXPECT_FALSE(cursor.starts_with("// abc"));
}

TEST(TextCursor, GivesTheTextSinceAnOffset) {
  TextCursor cursor("hello", "f");
  cursor.advance(1);
  const std::size_t begin = cursor.offset();
  cursor.advance(3);
  EXPECT_EQ(cursor.since(begin), "ell");
}

TEST(TextCursor, PassesOverAByteOrderMark) {
  const TextCursor cursor("\xef\xbb\xbf{", "f");
  EXPECT_EQ(cursor.peek(), '{');
  EXPECT_EQ(cursor.place().column, 1U);
  EXPECT_EQ(without_byte_order_mark("{"), "{");
}

}  // namespace signalbox::text_cursor_test
