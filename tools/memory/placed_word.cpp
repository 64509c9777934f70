#include "tools/memory/placed_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "tools/metrics/text_cell.hpp"
#include "workloads/formats/digits.hpp"

namespace signalbox {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::optional<std::uint64_t> number_in_text(std::string_view text) {
  return text.starts_with("0x") ? number_in<std::uint64_t>(text.substr(2), 16) : number_in<std::uint64_t>(text);
}

struct ByteUnit {
  std::string_view suffix;
  unsigned shift;
};
constexpr std::array byte_units{ByteUnit{"KiB", 10}, ByteUnit{"MiB", 20}, ByteUnit{"GiB", 30},
                                ByteUnit{"TiB", 40}, ByteUnit{"K", 10},   ByteUnit{"M", 20},
                                ByteUnit{"G", 30},   ByteUnit{"T", 40},   ByteUnit{"B", 0}};

std::string range_text(NumberBounds bounds) {
  if (bounds.most == ~std::uint64_t{0}) return bounds.least == 0 ? "" : fmt::format(" from {} on", bounds.least);
  return fmt::format(" from {} to {}", bounds.least, bounds.most);
}

}  // namespace

std::vector<PlacedWord> words_of(const InputLines& lines, std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<PlacedWord> words;
  for (std::size_t at = 0; at < line.size();) {
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    words.push_back({std::string(line.substr(begin, at - begin)), lines.place(begin)});
  }
  return words;
}

PlacedWord option_word(const std::string& option, const std::string& text) {
  return {.text = text, .place = {.file = option, .line = 1, .column = 1}};
}

PlacedWord rest_of(const PlacedWord& word, std::size_t offset) {
  PlacedWord rest{.text = word.text.substr(offset), .place = word.place};
  rest.place.column += static_cast<unsigned>(offset);
  return rest;
}

std::vector<PlacedWord> parts_of(const std::string& option, std::string_view text) {
  std::vector<PlacedWord> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    parts.push_back({.text = std::string(text.substr(from, comma - from)),
                     .place = {.file = option, .line = 1, .column = static_cast<unsigned>(from + 1)}});
    from = comma + 1;
  }
  return parts;
}

void refuse(const PlacedWord& word, const std::string& what, const std::string& expected) {
  throw InputError(word.place, in_quotes(word.text) + " " + what, expected);
}

std::uint64_t number_of(const PlacedWord& word, std::string_view what, NumberBounds bounds) {
  const auto number = number_in_text(word.text);
  if (!number || *number < bounds.least || *number > bounds.most) {
    refuse(word, fmt::format("is not {}", what), fmt::format("a number such as 12 or 0x1f{}", range_text(bounds)));
  }
  return *number;
}

std::uint64_t hexadecimal_of(const PlacedWord& word, std::string_view what) {
  const std::string_view digits = word.text;
  const auto number = number_in<std::uint64_t>(digits.starts_with("0x") ? digits.substr(2) : digits, 16);
  if (!number) refuse(word, fmt::format("is not {}", what), "a hexadecimal number such as 0x7fff1000 or 7fff1000");
  return *number;
}

std::uint64_t bytes_of(const PlacedWord& word, std::string_view what, NumberBounds bounds) {
  std::string_view digits = word.text;
  unsigned shift = 0;
  for (const ByteUnit& unit : byte_units) {
    if (!digits.ends_with(unit.suffix)) continue;
    digits.remove_suffix(unit.suffix.size());
    shift = unit.shift;
    break;
  }
  const auto number = number_in<std::uint64_t>(digits);
  const bool fits = number && *number <= ~std::uint64_t{0} >> shift;
  if (!fits || *number << shift < bounds.least || *number << shift > bounds.most) {
    const bool is_bounded = bounds.most != ~std::uint64_t{0};
    refuse(word, fmt::format("is not {}", what),
           "a number of bytes such as 4096, 64KiB or 2MiB" +
               (is_bounded ? fmt::format(", from {} to {}", bytes_cell(static_cast<double>(bounds.least)),
                                         bytes_cell(static_cast<double>(bounds.most)))
                           : std::string()));
  }
  return *number << shift;
}

double share_of(const PlacedWord& word, std::string_view what) {
  std::string_view digits = word.text;
  const bool is_percent = digits.ends_with('%');
  if (is_percent) digits.remove_suffix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const double share = is_percent ? number / 100 : number;
  const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
  if (!is_whole || !(share >= 0 && share <= 1)) {
    refuse(word, fmt::format("is not {}", what), "a share such as 20% or 0.2, from 0 to 1");
  }
  return share;
}

std::string bytes_cell(double bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  while (unit + 1 < units.size() && (bytes >= 1024 || (unit == 1 && bytes >= 256 && bytes != std::floor(bytes)))) {
    bytes /= 1024;
    ++unit;
  }
  return number_cell(bytes) + " " + units[unit];
}

}  // namespace signalbox
