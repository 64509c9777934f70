#include "workloads/formats/input_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox::input_lines_test {

std::vector<std::string> all(InputLines& lines) {
  std::vector<std::string> found;
  while (const auto line = lines.next()) found.emplace_back(*line);
  return found;
}
std::vector<std::string> lines_of(std::string_view text) {
  InputLines lines(text, "f");
  return all(lines);
}
using Texts = std::vector<std::string>;

TEST(InputLines, LinesEndInEveryUsualWay) {
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (Texts{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\n"), Texts{"a"});
  EXPECT_EQ(lines_of(""), Texts());
  EXPECT_EQ(lines_of("\xef\xbb\xbf"
                     "a\n"),
            Texts{"a"});
}

TEST(InputLines, LastLineMayHaveNoEnd) {
  InputLines lines("a\nb", "f");
  lines.next();
  EXPECT_TRUE(lines.has_end());
  lines.next();
  EXPECT_FALSE(lines.has_end());
}

TEST(InputLines, PlacesCountCharacters) {
  InputLines lines("x\n\xc3\xa4\xc3\xb6y\n", "f");
  lines.next();
  lines.next();
  EXPECT_EQ(lines.number(), 2U);
  EXPECT_EQ(lines.place(4).column, 3U);
  EXPECT_EQ(lines.place(4).line, 2U);
  EXPECT_EQ(lines.place(4).file, "f");
}

// Lines of all lengths lie across the pieces in which a file is read.
TEST(InputLines, FileGivesTheSameLinesAsItsText) {
  std::string text = "\xef\xbb\xbf";
  for (std::size_t line = 0; line < 2'000; ++line) text += std::string(line * 37 % 3'001, 'x') + "\n";
  text += "end";
  const TestFolder folder;
  InputFile input(folder.write("file", text));
  InputLines from_file(input);
  EXPECT_EQ(all(from_file), lines_of(text));
  EXPECT_FALSE(from_file.has_end());
}

TEST(InputLines, LongestLinePassesAndALongerOneIsAnError) {
  const std::string longest(InputLines::longest, 'x');
  EXPECT_EQ(lines_of(longest + "\nb").size(), 2U);
  EXPECT_EQ(error_of([&] { lines_of("a\n" + longest + "x\n"); }),
            "f:2:1: error: this line is too long; expected at most 65536 bytes");
  const TestFolder folder;
  InputFile input(folder.write("file", longest + longest + longest));
  InputLines lines(input);
  EXPECT_NE(error_of([&] { lines.next(); }), "no error");
}

}  // namespace signalbox::input_lines_test
