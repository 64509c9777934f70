#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// "4096", "512KiB", "64MiB", "1GiB", in bytes; K, M and G alone mean the same. Nothing if it is none of these or has
// no room in 64 bits.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);
// The same back, in the largest unit without a fraction.
std::string byte_size_text(std::uint64_t bytes);

}  // namespace signalbox
