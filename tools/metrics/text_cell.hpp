#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/time.hpp"

namespace signalbox {

// "12.35 ms": four significant digits in the largest unit of ns, us, ms, s that leaves at least 1; exact if it can be.
std::string duration_cell(Duration duration);

// Four significant digits, and no exponent below a million million: "0.5", "12345".
std::string number_cell(double number);

// The text in exactly `width` columns: padded on the right, or cut with '~' as the last column. Counts code points;
// control characters become '?', so that a name from a scenario cannot disturb a terminal.
std::string text_cell(std::string_view text, std::size_t width);

// Columns that a text takes on a terminal: of "±", one.
std::size_t display_width(std::string_view text);

// The text in lines of at most 100 columns, each ended: broken at spaces, and in longer words after commas. Lines after
// the first are indented.
std::string text_lines(std::string_view text, std::size_t indent = 2);

}  // namespace signalbox
