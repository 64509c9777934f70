#include "tools/memory/placed_word.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::placed_word_test {
namespace {

PlacedWord word(const std::string& text) { return option_word("--x", text); }

TEST(PlacedWord, WordsKnowTheirPlaces) {
  InputLines lines("\n  one\ttwo# three\n", "f");
  EXPECT_TRUE(words_of(lines, *lines.next()).empty());
  const std::vector<PlacedWord> words = words_of(lines, *lines.next());
  ASSERT_EQ(words.size(), 2);
  EXPECT_EQ(words[1].text, "two");
  EXPECT_EQ(words[1].place.line, 2);
  EXPECT_EQ(words[1].place.column, 7);
}

TEST(PlacedWord, PartsAreBetweenCommas) {
  const std::vector<PlacedWord> parts = parts_of("--x", "12,,3");
  ASSERT_EQ(parts.size(), 3);
  EXPECT_EQ(parts[1].text, "");
  EXPECT_EQ(parts[2].text, "3");
  EXPECT_EQ(parts[2].place.column, 5);
  EXPECT_EQ(parts_of("--x", "").size(), 1);
  EXPECT_EQ(rest_of(parts[0], 1).text, "2");
  EXPECT_EQ(rest_of(parts[0], 1).place.column, 2);
}

TEST(PlacedWord, Numbers) {
  EXPECT_EQ(number_of(word("12"), "a number"), 12U);
  EXPECT_EQ(number_of(word("0xfFffFfffFfffFfff"), "a number"), ~std::uint64_t{0});
  EXPECT_EQ(hexadecimal_of(word("7fff"), "a number"), 0x7fffU);
  EXPECT_EQ(hexadecimal_of(word("0x7fff"), "a number"), 0x7fffU);
  for (const char* wrong : {"", "x", "1x", "-1", "0x", "0x1ffffffffffffffff", "99999999999999999999"}) {
    EXPECT_THROW(number_of(word(wrong), "a number"), InputError) << wrong;
    EXPECT_THROW(bytes_of(word(wrong), "a number"), InputError) << wrong;
  }
  for (const char* wrong : {"", "0x", "g", "1ffffffffffffffff"}) {
    EXPECT_THROW(hexadecimal_of(word(wrong), "a number"), InputError) << wrong;
  }
}

TEST(PlacedWord, BoundsAreSaid) {
  EXPECT_EQ(number_of(word("7"), "a size", {.least = 7, .most = 7}), 7U);
  EXPECT_EQ(error_of([] { number_of(word("8"), "a size", {.least = 1, .most = 7}); }),
            "--x:1:1: error: \"8\" is not a size; expected a number such as 12 or 0x1f from 1 to 7");
  EXPECT_EQ(error_of([] { number_of(word("0"), "a size", {.least = 1}); }),
            "--x:1:1: error: \"0\" is not a size; expected a number such as 12 or 0x1f from 1 on");
  EXPECT_EQ(error_of([] { bytes_of(word("1MiB"), "a size", {.least = 1, .most = 4096}); }),
            "--x:1:1: error: \"1MiB\" is not a size; expected a number of bytes such as 4096, 64KiB or 2MiB, from 1 B "
            "to 4 KiB");
}

TEST(PlacedWord, BytesHaveUnits) {
  EXPECT_EQ(bytes_of(word("4096"), "a size"), 4096U);
  EXPECT_EQ(bytes_of(word("4096B"), "a size"), 4096U);
  EXPECT_EQ(bytes_of(word("64KiB"), "a size"), 65'536U);
  EXPECT_EQ(bytes_of(word("64K"), "a size"), 65'536U);
  EXPECT_EQ(bytes_of(word("3GiB"), "a size"), std::uint64_t{3} << 30U);
  EXPECT_THROW(bytes_of(word("99999999999TiB"), "a size"), InputError);
}

TEST(PlacedWord, SharesArePercentOrNot) {
  EXPECT_DOUBLE_EQ(share_of(word("20%"), "a share"), 0.2);
  EXPECT_DOUBLE_EQ(share_of(word("0.2"), "a share"), 0.2);
  EXPECT_DOUBLE_EQ(share_of(word("100%"), "a share"), 1);
  for (const char* wrong : {"", "%", "101%", "-0.1", "nan", "1.5", "20 %"}) {
    EXPECT_THROW(share_of(word(wrong), "a share"), InputError) << wrong;
  }
}

TEST(PlacedWord, BytesForPeople) {
  EXPECT_EQ(bytes_cell(0), "0 B");
  EXPECT_EQ(bytes_cell(4096), "4 KiB");
  EXPECT_EQ(bytes_cell(842'956.8), "0.8039 MiB");
  EXPECT_EQ(bytes_cell(820 * 1024), "820 KiB");
  EXPECT_EQ(bytes_cell(3.0 * (1U << 30U)), "3 GiB");
}

}  // namespace
}  // namespace signalbox::placed_word_test
