#include "workloads/synthetic/draws.hpp"

#include <algorithm>

namespace signalbox {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t ln_2 = 0xb17217f7d1cf79ac;    // in 2^-64
constexpr std::uint64_t log2_e = 0xb8aa3b295c17f0bc;  // in 2^-63

// time x 2^octaves x 2^(fraction / 2^64). Requires a result below 2^63 ns.
Duration raised(Duration time, unsigned octaves, std::uint64_t fraction) {
  const Wide product = Wide{static_cast<std::uint64_t>(time.nanoseconds())} * power_of_two(fraction);
  return Duration(static_cast<std::int64_t>(product >> (63U - octaves)));
}

}  // namespace

std::uint64_t scaled(std::uint64_t value, std::uint64_t fraction) {
  return static_cast<std::uint64_t>((Wide{value} * fraction) >> 64U);
}

// The series of e^x at x = fraction x ln 2.
std::uint64_t power_of_two(std::uint64_t fraction) {
  const std::uint64_t exponent = scaled(fraction, ln_2);
  std::uint64_t term = std::uint64_t{1} << 63U;
  std::uint64_t sum = 0;
  for (std::uint64_t n = 1; term != 0; ++n) {
    sum += term;
    term = scaled(term, exponent) / n;
  }
  return sum;
}

// A run of falling numbers that began with x is odd with probability e^-x; each even one is a whole more.
ExponentialDraw draw_exponential(Prng& random) {
  for (std::uint64_t whole = 0;; ++whole) {
    const std::uint64_t first = random.next();
    bool is_odd = true;
    std::uint64_t before = first;
    for (std::uint64_t next = random.next(); next < before; next = random.next()) {
      before = next;
      is_odd = !is_odd;
    }
    if (is_odd) return {whole, first};
  }
}

Duration exponential_time(Prng& random, Duration mean) {
  const ExponentialDraw draw = draw_exponential(random);
  const auto nanoseconds = static_cast<std::uint64_t>(mean.nanoseconds());
  return Duration(static_cast<std::int64_t>(nanoseconds * draw.whole + scaled(nanoseconds, draw.fraction)));
}

// least x e^(E / shape) for an exponential E, drawn again where it lies beyond the end.
Duration bounded_pareto_time(Prng& random, std::int64_t shape, Duration least, Duration most) {
  constexpr unsigned fraction_bits = 48;
  constexpr Wide octaves_beyond_all = 48;
  for (;;) {
    const ExponentialDraw draw = draw_exponential(random);
    const Wide exponential = (Wide{draw.whole} << fraction_bits) + (draw.fraction >> (64U - fraction_bits));
    const Wide exponent = (exponential * 100 / static_cast<std::uint64_t>(shape) * log2_e) >> 63U;
    const Wide octaves = exponent >> fraction_bits;
    if (octaves >= octaves_beyond_all) continue;
    const auto fraction = static_cast<std::uint64_t>(exponent) << (64U - fraction_bits);
    const Wide bound = Wide{static_cast<std::uint64_t>(most.nanoseconds())} >> static_cast<unsigned>(octaves);
    if (static_cast<std::uint64_t>(least.nanoseconds()) > bound) continue;
    const Duration time = raised(least, static_cast<unsigned>(octaves), fraction);
    if (time <= most) return time;
  }
}

// A whole number of octaves and a fraction of one, drawn again where they lie beyond the end.
Duration log_uniform_time(Prng& random, Duration least, Duration most) {
  unsigned octaves = 0;
  while (least * (std::int64_t{1} << octaves) < most) ++octaves;
  if (octaves == 0) return least;
  for (;;) {
    const auto octave = static_cast<unsigned>(random.below(octaves));
    const Duration time = raised(least, octave, random.next());
    if (time <= most) return time;
  }
}

std::uint64_t largest_of(Prng& random, std::size_t count) {
  std::uint64_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, random.next());
  return largest;
}

}  // namespace signalbox
