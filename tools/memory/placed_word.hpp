#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/formats/input_lines.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {

// A word that somebody wrote, and where.
struct PlacedWord {
  std::string text;
  SourcePlace place;
};

// The words of a line, between blanks; `#` begins a comment.
std::vector<PlacedWord> words_of(const InputLines& lines, std::string_view line);
// The parts of an option's text, between commas; there is at least one.
std::vector<PlacedWord> parts_of(const std::string& option, std::string_view text);
// The whole of it.
PlacedWord option_word(const std::string& option, const std::string& text);
// What comes after its first `offset` bytes.
PlacedWord rest_of(const PlacedWord& word, std::size_t offset);

[[noreturn]] void refuse(const PlacedWord& word, const std::string& what, const std::string& expected);

// What a number may be, both ends included.
struct NumberBounds {
  std::uint64_t least = 0;
  std::uint64_t most = ~std::uint64_t{0};
};
// Decimal, or hexadecimal as 0x1f. Throws InputError, as the others; `what` names it: "a selector".
std::uint64_t number_of(const PlacedWord& word, std::string_view what, NumberBounds bounds = {});
// Hexadecimal, with 0x or without.
std::uint64_t hexadecimal_of(const PlacedWord& word, std::string_view what);
// A number of bytes: 4096, 64KiB (or 64K), 2MiB, 1GiB.
std::uint64_t bytes_of(const PlacedWord& word, std::string_view what, NumberBounds bounds = {});
// 20% or 0.2, from 0 to 1.
double share_of(const PlacedWord& word, std::string_view what);

// "64 KiB", "0.8039 MiB": in the largest unit that leaves at least 1, or a MiB from 256 KiB on if it is not whole;
// four significant digits.
std::string bytes_cell(double bytes);

}  // namespace signalbox
