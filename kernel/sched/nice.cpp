#include "kernel/sched/nice.hpp"

#include <array>
#include <cstddef>

#include "kernel/base/check.hpp"

namespace signalbox {

std::uint32_t nice_weight(int nice) {
  static constexpr std::array<std::uint32_t, 40> weights{
      88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,  // -20 .. -11
      9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,   // -10 .. -1
      1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,    // 0 .. 9
      110,   87,    70,    56,    45,    36,    29,    23,    18,    15,     // 10 .. 19
  };
  CHECK(nice >= min_nice && nice <= max_nice, "nice values are checked where they enter");
  return weights[static_cast<std::size_t>(nice - min_nice)];
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
