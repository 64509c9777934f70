#include "workloads/formats/loose_string.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0U | code >> 6U);
    add(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    add(0xe0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3fU));
    add(0x80U | (code & 0x3fU));
  } else {
    add(0xf0U | code >> 18U);
    add(0x80U | (code >> 12U & 0x3fU));
    add(0x80U | (code >> 6U & 0x3fU));
    add(0x80U | (code & 0x3fU));
  }
}

char lower_case(char letter) { return letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a') : letter; }

// Of \uXXXX, the four digits.
std::uint32_t read_code_unit(TextCursor& cursor) {
  const SourcePlace begin = cursor.place();
  cursor.advance(2);
  std::uint32_t code = 0;
  for (int digit = 0; digit < 4; ++digit) {
    const std::size_t value = std::string_view("0123456789abcdef").find(lower_case(cursor.peek()));
    if (value == std::string_view::npos) throw InputError(begin, "a broken escape", "\\u and four hexadecimal digits");
    code = code * 16 + static_cast<std::uint32_t>(value);
    cursor.advance();
  }
  return code;
}

// Characters beyond 0xffff are two escapes, the halves of a surrogate pair (RFC 8259, section 7).
void read_unicode_escape(TextCursor& cursor, std::string& text) {
  const SourcePlace begin = cursor.place();
  std::uint32_t code = read_code_unit(cursor);
  const bool is_first_half = code >= 0xd800 && code < 0xdc00;
  if (is_first_half && cursor.starts_with("\\u")) {
    const std::uint32_t second = read_code_unit(cursor);
    if (second >= 0xdc00 && second < 0xe000) code = 0x10000 + ((code - 0xd800) << 10U) + (second - 0xdc00);
  }
  if ((code >= 0xd800 && code < 0xe000) || code == 0) {
    throw InputError(begin, "this escape is no character", "\\u0001 to \\uffff, or a pair of surrogates");
  }
  append_utf8(text, code);
}

void read_escape(TextCursor& cursor, std::string& text) {
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (cursor.peek(1) == 'u') return read_unicode_escape(cursor, text);
  const std::size_t index = names.find(cursor.peek(1));
  if (index == std::string_view::npos) {
    throw InputError(cursor.place(), "unknown escape in a string", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  }
  text += meanings[index];
  cursor.advance(2);
}

}  // namespace

std::string read_loose_string(TextCursor& cursor) {
  const SourcePlace begin = cursor.place();
  std::string text;
  cursor.advance();
  while (cursor.peek() != '"') {
    if (cursor.at_end() || cursor.peek() == '\n') {
      throw InputError(begin, "this string has no end", "'\"' on the same line");
    }
    if (cursor.peek() == '\\') {
      read_escape(cursor, text);
    } else {
      text += cursor.peek();
      cursor.advance();
    }
  }
  cursor.advance();
  return text;
}

}  // namespace signalbox
