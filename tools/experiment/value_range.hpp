#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox {

// Which values of a range a..b a sweep tries: ascending, without repetition, both ends among them. All require
// least <= most.

// The ends, and what lies between them in the series 1, 2, 5, 10, 20, 50, ...; 0 is an end only. Requires least >= 0.
std::vector<std::int64_t> series_points(std::int64_t least, std::int64_t most);

// `count` values, each the same factor beyond the one before, rounded to three digits; the same distance if least is
// not positive, which no factor leads away from. Fewer, where neighbours round to one value. Requires count >= 2.
std::vector<std::int64_t> spread_points(std::int64_t least, std::int64_t most, std::size_t count);

}  // namespace signalbox
