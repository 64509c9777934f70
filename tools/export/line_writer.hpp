#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace signalbox {

// At most n letters, which a LineWriter copies all n at once: of a size that the compiler knows, a copy needs no call.
template <std::size_t n>
struct ShortText {
  constexpr ShortText() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): it is its text, cut to n letters
  constexpr ShortText(const char* text) : ShortText(std::string_view(text)) {}
  constexpr explicit ShortText(std::string_view text) : size(static_cast<std::uint8_t>(std::min(text.size(), n))) {
    std::ranges::copy(text.substr(0, n), letters.begin());
  }

  std::array<char, n> letters{};
  std::uint8_t size = 0;
};

// Appends one line of at most 512 bytes to a buffer. Exists for speed: through compiled fmt formats a sched_switch line
// took three times as long, and a long run prints a hundred million of them.
class LineWriter {
 public:
  static constexpr std::size_t most_bytes = 512;

  explicit LineWriter(fmt::memory_buffer& out) : out_(out) {
    out_.try_reserve(out_.size() + most_bytes);
    begin_ = at_ = out_.data() + out_.size();
  }
  ~LineWriter() { out_.try_resize(static_cast<std::size_t>(at_ - out_.data())); }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Bytes of this line so far, and what stands in it from there on.
  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  std::string_view since(std::size_t from) const { return {begin_ + from, size() - from}; }

  LineWriter& text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  template <std::size_t n>
  LineWriter& text(const ShortText<n>& text) {
    std::memcpy(at_, text.letters.data(), n);
    at_ += text.size;
    return *this;
  }
  LineWriter& number(std::int64_t value) {
    if (value >= 0 && value < three_digits) {
      const std::size_t zeros = value < 10 ? 2 : value < 100 ? 1 : 0;
      std::memcpy(at_, digits_of(value) + zeros, 3);
      at_ += 3 - zeros;
      return *this;
    }
    const fmt::format_int digits(value);  // twice as fast as std::to_chars
    return text({digits.data(), digits.size()});
  }
  // Fills up to `width` with spaces or, for numbers, zeros; what is longer stands as it is.
  LineWriter& text_right(std::string_view text_to_pad, std::size_t width) {
    fill(' ', text_to_pad.size(), width);
    return text(text_to_pad);
  }
  template <std::size_t n>
  LineWriter& text_right(const ShortText<n>& text_to_pad, std::size_t width) {
    fill(' ', text_to_pad.size, width);
    return text(text_to_pad);
  }
  LineWriter& number_left(std::int64_t value, std::size_t width) {
    const char* from = at_;
    number(value);
    fill(' ', static_cast<std::size_t>(at_ - from), width);
    return *this;
  }
  LineWriter& number_right(std::int64_t value, std::size_t width, char pad) {
    if (width == 3 && pad == '0' && value >= 0 && value < three_digits) {
      std::memcpy(at_, digits_of(value), 3);
      at_ += 3;
      return *this;
    }
    const fmt::format_int digits(value);
    fill(pad, digits.size(), width);
    return text({digits.data(), digits.size()});
  }

 private:
  // Most numbers of a line, CPUs and priorities, are small: a table spares a burst exported as ftrace
  // text 30 of 650 ns.
  static constexpr std::int64_t three_digits = 1'000;
  static constexpr auto digit_table = [] {
    std::array<char, 3 * three_digits + 2> table{};  // two more, because what is shorter is copied as three, too
    for (std::size_t value = 0; value < three_digits; ++value) {
      table[3 * value] = static_cast<char>('0' + value / 100);
      table[3 * value + 1] = static_cast<char>('0' + value / 10 % 10);
      table[3 * value + 2] = static_cast<char>('0' + value % 10);
    }
    return table;
  }();
  static const char* digits_of(std::int64_t value) { return &digit_table[static_cast<std::size_t>(3 * value)]; }

  void fill(char pad, std::size_t used, std::size_t width) {
    const std::size_t missing = width - std::min(used, width);
    // No call, as for ShortText; what is too much is overwritten.
    constexpr std::size_t usual = 16;
    std::memset(at_, pad, width <= usual ? usual : missing);
    at_ += missing;
  }

  fmt::memory_buffer& out_;
  char* begin_;
  char* at_;
};

}  // namespace signalbox
