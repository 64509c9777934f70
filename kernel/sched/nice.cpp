#include "kernel/sched/nice.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>

#include "kernel/base/check.hpp"

namespace signalbox {

namespace {

constexpr std::array<std::uint32_t, 40> weights{
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,  // -20 .. -11
    9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,   // -10 .. -1
    1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,    // 0 .. 9
    110,   87,    70,    56,    45,    36,    29,    23,    18,    15,     // 10 .. 19
};
constexpr std::array<std::uint32_t, 40> inverses{
    48388,    59856,    76040,    92818,    118348,   147320,    184698,    229616,    287308,    360437,
    449829,   563644,   704093,   875809,   1099582,  1376151,   1717300,   2157191,   2708050,   3363326,
    4194304,  5237765,  6557202,  8165337,  10153587, 12820798,  15790321,  19976592,  24970740,  31350126,
    39045157, 49367440, 61356676, 76695844, 95443717, 119304647, 148102320, 186737708, 238609294, 286331153,
};

}  // namespace

std::uint32_t nice_weight(int nice) {
  CHECK(nice >= min_nice && nice <= max_nice, "nice values are checked where they enter");
  return weights[static_cast<std::size_t>(nice - min_nice)];
}

std::uint32_t inverse_weight(std::uint32_t weight) {
  CHECK(weight > 1, "2^32 / 1 does not fit");
  const auto* const found = std::ranges::lower_bound(weights, weight, std::ranges::greater());
  if (found != weights.end() && *found == weight) return inverses[static_cast<std::size_t>(found - weights.begin())];
  return ~std::uint32_t{0} / weight;
}

Duration scaled_by_weight(Duration time, std::uint64_t weight, std::uint32_t inverse) {
  __extension__ using Wide = unsigned __int128;
  constexpr unsigned word_bits = 32;
  unsigned shift = word_bits;
  std::uint64_t factor = weight;
  for (; factor >> word_bits != 0; --shift) factor >>= 1U;
  factor *= inverse;
  for (; factor >> word_bits != 0; --shift) factor >>= 1U;
  const auto nanoseconds = static_cast<std::uint64_t>(time.nanoseconds());
  return Duration(static_cast<std::int64_t>((Wide{nanoseconds} * factor) >> shift));
}

}  // namespace signalbox
