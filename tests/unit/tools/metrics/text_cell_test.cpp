#include "tools/metrics/text_cell.hpp"

#include <gtest/gtest.h>

namespace signalbox::text_cell_test {

TEST(DurationCell, TakesTheLargestUnitThatFits) {
  EXPECT_EQ(duration_cell(Duration(0)), "0 ns");
  EXPECT_EQ(duration_cell(Duration(999)), "999 ns");
  EXPECT_EQ(duration_cell(24_ms), "24 ms");
  EXPECT_EQ(duration_cell(Duration(12'345'678)), "12.35 ms");
  EXPECT_EQ(duration_cell(Duration(-1'500)), "-1.5 us");
  EXPECT_EQ(duration_cell(86'400_s), "86400 s");
}

TEST(NumberCell, KeepsWholeNumbersWhole) {
  EXPECT_EQ(number_cell(0.5), "0.5");
  EXPECT_EQ(number_cell(3.14159), "3.142");
  EXPECT_EQ(number_cell(200'000), "200000");
  EXPECT_EQ(number_cell(0), "0");
}

TEST(TextCell, PadsAndCuts) {
  EXPECT_EQ(text_cell("abc", 5), "abc  ");
  EXPECT_EQ(text_cell("abcde", 5), "abcde");
  EXPECT_EQ(text_cell("abcdef", 5), "abcd~");
}

TEST(TextCell, CountsCodePointsAndTamesControlCharacters) {
  EXPECT_EQ(text_cell("\xc3\xa4\xc3\xb6", 3), "\xc3\xa4\xc3\xb6 ");
  EXPECT_EQ(text_cell("\xc3\xa4\xc3\xb6\xc3\xbc", 2), "\xc3\xa4~");
  EXPECT_EQ(text_cell("a\x1b[b", 4), "a?[b");
}

TEST(TextLines, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(text_lines("a short one"), "a short one\n");
  EXPECT_EQ(text_lines(""), "\n");
  const std::string word(60, 'x');
  EXPECT_EQ(text_lines(word + " " + word, 4), word + "\n    " + word + "\n");
  EXPECT_EQ(text_lines("name  " + word), "name  " + word + "\n") << "columns stay columns";
  const std::string plus_minus = std::string(50, 'x') + " \xc2\xb1" + std::string(48, 'x');
  EXPECT_EQ(text_lines(plus_minus), plus_minus + "\n") << "100 columns in 101 bytes";
}

TEST(TextLines, BreaksALongWordAfterAComma) {
  const std::string part(59, 'y');
  EXPECT_EQ(text_lines("p:" + part + "," + part + ", end"), "p:" + part + ",\n  " + part + ", end\n");
  const std::string endless(150, 'z');
  EXPECT_EQ(text_lines(endless), endless + "\n") << "nowhere to break";
}

}  // namespace signalbox::text_cell_test
