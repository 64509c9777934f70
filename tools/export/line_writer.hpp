#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace signalbox {

// Appends one line of at most 512 bytes to a buffer. Exists for speed: a sched_switch line takes 50 ns this way and
// 190 ns through compiled fmt formats, and a long run prints a hundred million of them.
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

  // Bytes of this line so far.
  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }

  LineWriter& text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  // The first `size` letters of an array, copied as a whole for the same reason as in fill().
  template <std::size_t n>
  LineWriter& front_of(const std::array<char, n>& letters, std::size_t size) {
    std::memcpy(at_, letters.data(), n);
    at_ += size;
    return *this;
  }
  template <std::size_t n>
  LineWriter& front_of_right(const std::array<char, n>& letters, std::size_t size, std::size_t width) {
    fill(' ', size, width);
    return front_of(letters, size);
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
  // Most numbers of a line, CPUs and priorities, are small: a table writes them in a tenth of format_int's time.
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
    // Of a size that the compiler knows it needs no call; what is too much is overwritten.
    constexpr std::size_t usual = 16;
    std::memset(at_, pad, width <= usual ? usual : missing);
    at_ += missing;
  }

  fmt::memory_buffer& out_;
  char* begin_;
  char* at_;
};

}  // namespace signalbox
