#include "workloads/formats/xz_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "kernel/base/check.hpp"
#include "tests/support/error_of.hpp"

namespace signalbox::xz_decoder_test {

using testing::HasSubstr;

std::string packed(const std::string& text) {
  std::vector<std::uint8_t> out(lzma_stream_buffer_bound(text.size()));
  std::size_t size = 0;
  const lzma_ret status =
      lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                              text.size(), out.data(), &size, out.size());
  CHECK(status == LZMA_OK, "the buffer is large enough");
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

// As a file is read: its first bytes apart, the rest from a stream, the text by small pieces.
std::string unpacked(const std::string& bytes) {
  constexpr std::size_t first = 20;
  std::istringstream rest(bytes.substr(std::min(first, bytes.size())));
  XzDecoder decoder(rest, "f", bytes.substr(0, first));
  std::string text;
  char piece[1000];
  for (std::size_t got = sizeof piece; got == sizeof piece;) {
    got = decoder.read(piece, sizeof piece);
    text.append(piece, got);
  }
  return text;
}

std::string sample() {
  std::string text;
  for (int line = 0; line < 20'000; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

TEST(XzDecoder, UnpacksWhatXzHasPacked) {
  EXPECT_EQ(unpacked(packed(sample())), sample());
  EXPECT_EQ(unpacked(packed("")), "");
}

TEST(XzDecoder, StreamsBehindEachOtherAreOneText) { EXPECT_EQ(unpacked(packed("a\n") + packed("b\n")), "a\nb\n"); }

TEST(XzDecoder, CutOffDataIsAnError) {
  const std::string bytes = packed(sample());
  EXPECT_THAT(error_of([&] { unpacked(bytes.substr(0, bytes.size() / 2)); }),
              HasSubstr("f: error: the compressed data ends after"));
}

TEST(XzDecoder, DamagedDataIsAnError) {
  std::string bytes = packed(sample());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  EXPECT_THAT(error_of([&] { unpacked(bytes); }), HasSubstr("f: error: the compressed data is damaged"));
}

TEST(XzDecoder, IsKnownByItsFirstBytes) {
  EXPECT_TRUE(is_xz(packed("a")));
  EXPECT_FALSE(
      is_xz("\xfd"
            "7zX"));
  EXPECT_FALSE(is_xz("text"));
}

}  // namespace signalbox::xz_decoder_test
