#include "tools/experiment/byte_size.hpp"

#include <gtest/gtest.h>

namespace signalbox::byte_size_test {

TEST(ByteSize, UnitsArePowersOfTwo) {
  EXPECT_EQ(parse_byte_size("4096"), 4096U);
  EXPECT_EQ(parse_byte_size("3KiB"), 3072U);
  EXPECT_EQ(parse_byte_size("3K"), 3072U);
  EXPECT_EQ(parse_byte_size("64MiB"), 64U << 20U);
  EXPECT_EQ(parse_byte_size("2G"), std::uint64_t{2} << 30U);
}

TEST(ByteSize, WhatIsNoneIsNone) {
  for (const char* text : {"", "MiB", "-1", "1.5GiB", "4 KiB", "4kb", "99999999999999999999", "99999999999GiB"}) {
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
  }
}

TEST(ByteSize, TextIsReadBack) {
  for (const std::uint64_t bytes : {0ULL, 1ULL, 4096ULL, 1ULL << 20U, 3ULL << 30U, (1ULL << 20U) + 1}) {
    EXPECT_EQ(parse_byte_size(byte_size_text(bytes)), bytes) << byte_size_text(bytes);
  }
  EXPECT_EQ(byte_size_text(1536), "1536");
  EXPECT_EQ(byte_size_text(2048), "2KiB");
}

}  // namespace signalbox::byte_size_test
