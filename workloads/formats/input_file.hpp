#pragma once

#include <cstddef>
#include <string>

namespace signalbox {

inline constexpr std::size_t largest_input_file = std::size_t{1} << 28U;  // bytes; a job table of some 6 million rows

// The whole text of a file. Throws InputError where there is no such file, or it is a directory, not readable, empty,
// larger than `largest`, or not text (it holds a zero byte).
std::string read_input_file(const std::string& path, std::size_t largest = largest_input_file);

}  // namespace signalbox
