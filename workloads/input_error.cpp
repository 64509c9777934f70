#include "workloads/input_error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signalbox {
namespace {

constexpr std::size_t longest_word = 60;

bool is_control(char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; }

std::string on_one_line(const std::string& text) {
  std::string line;
  line.reserve(text.size());
  for (const char letter : text) {
    if (is_control(letter)) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
    } else {
      line += letter;
    }
  }
  return line;
}

std::string message(const SourcePlace& place, const std::string& what, const std::string& expected) {
  std::string text = place.file;
  if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
  text += ": error: " + what;
  if (!expected.empty()) text += "; expected " + expected;
  return on_one_line(text);
}

// The longest prefix of at most `longest_word` bytes that ends between two UTF-8 characters.
std::string_view cut(std::string_view word) {
  std::size_t length = longest_word;
  while (length > 0 && (static_cast<unsigned char>(word[length]) & 0xc0U) == 0x80U) --length;
  return word.substr(0, length);
}

}  // namespace

InputError::InputError(const SourcePlace& place, const std::string& what, const std::string& expected)
    : std::runtime_error(message(place, what, expected)), place_(place) {}

InputError::InputError(const InputError& error, const std::string& remark)
    : std::runtime_error(error.what() + on_one_line("; " + remark)), place_(error.place_) {}

bool has_control_character(std::string_view text) { return std::ranges::any_of(text, is_control); }

std::string in_quotes(std::string_view word) {
  if (word.size() <= longest_word) return fmt::format("\"{}\"", word);
  return fmt::format("\"{}...\"", cut(word));
}

}  // namespace signalbox
