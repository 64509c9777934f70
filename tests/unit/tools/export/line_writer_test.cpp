#include "tools/export/line_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace signalbox::line_writer_test {

TEST(LineWriter, PadsNumbersAndTexts) {
  fmt::memory_buffer out;
  {
    LineWriter line(out);
    line.text_right("ab", 4).text("|").number_left(7, 3).text("|").number_right(5, 3, '0').number(-12);
    line.number_right(12'345, 3, '0').text_right("long", 2);
  }
  EXPECT_EQ(fmt::to_string(out), "  ab|7  |005-1212345long");
}

TEST(LineWriter, LinesFollowEachOther) {
  fmt::memory_buffer out;
  for (int index = 0; index < 1'000; ++index) LineWriter(out).number(index).text("\n");
  EXPECT_EQ(out.size(), 10 * 2 + 90 * 3 + 900 * 4u);
  EXPECT_EQ(fmt::to_string(out).substr(0, 4), "0\n1\n");
}

TEST(LineWriter, EverySmallNumberIsWrittenAsAnyOther) {
  for (int value = -2; value < 1'100; ++value) {
    fmt::memory_buffer out;
    LineWriter(out).number(value).text("|").number_right(value, 3, '0').text("|");
    EXPECT_EQ(fmt::to_string(out), value < 0 ? fmt::format("{0}|0{0}|", value) : fmt::format("{0}|{0:03}|", value));
  }
}

TEST(LineWriter, AShortTextIsWrittenWithoutItsUnusedPart) {
  fmt::memory_buffer out;
  LineWriter(out).text(ShortText<4>("ab")).text("|").text_right(ShortText<4>("abcdef"), 6).text("|");
  EXPECT_EQ(fmt::to_string(out), "ab|  abcd|");
}

TEST(LineWriter, TheLongestNumberFits) {
  fmt::memory_buffer out;
  LineWriter(out).number(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(fmt::to_string(out), "-9223372036854775808");
}

}  // namespace signalbox::line_writer_test
