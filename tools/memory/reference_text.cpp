#include "tools/memory/reference_text.hpp"

#include <charconv>
#include <filesystem>

#include "workloads/formats/input_file.hpp"
#include "workloads/formats/text_cursor.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::string_view expected_page = "a page number such as 7 or 0x1f, with w behind it if it is written to";

bool is_separator(char c) { return c == ' ' || c == ',' || c == '\n' || c == '\t' || c == '\r'; }

void skip_separators(TextCursor& cursor) {
  while (!cursor.at_end() && (is_separator(cursor.peek()) || cursor.peek() == '#')) {
    if (cursor.peek() == '#') {
      while (!cursor.at_end() && cursor.peek() != '\n') cursor.advance();
    } else {
      cursor.advance();
    }
  }
}

PageReference read_reference(TextCursor& cursor) {
  const SourcePlace place = cursor.place();
  const std::size_t begin = cursor.offset();
  while (!cursor.at_end() && !is_separator(cursor.peek()) && cursor.peek() != '#') cursor.advance();
  const std::string_view word = cursor.since(begin);

  PageReference reference{.page = 0, .is_write = word.ends_with('w')};
  std::string_view digits = word.substr(0, word.size() - (reference.is_write ? 1 : 0));
  const bool is_hexadecimal = digits.starts_with("0x");
  if (is_hexadecimal) digits.remove_prefix(2);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), reference.page, is_hexadecimal ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw InputError(place, in_quotes(word) + " is no page number", std::string(expected_page));
  }
  return reference;
}

}  // namespace

std::vector<PageReference> parse_references(const std::string& text, const std::string& file) {
  std::vector<PageReference> references;
  TextCursor cursor(text, file);
  for (skip_separators(cursor); !cursor.at_end(); skip_separators(cursor)) references.push_back(read_reference(cursor));
  if (references.empty()) throw InputError({.file = file}, "there is no reference", std::string(expected_page));
  return references;
}

std::vector<PageReference> read_references(const std::string& argument) {
  std::error_code none;
  if (std::filesystem::exists(argument, none)) return parse_references(read_input_file(argument), argument);
  return parse_references(argument, "REFERENCES");
}

}  // namespace signalbox
