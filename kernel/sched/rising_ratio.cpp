#include "kernel/sched/rising_ratio.hpp"

#include <limits>
#include <tuple>

namespace signalbox {
namespace {

__extension__ using Wide = unsigned __int128;

// Ratios a and b compare as their cross products do.
Wide product(const RisingRatio& ratio, const RisingRatio& other, Instant now) {
  return Wide{static_cast<std::uint64_t>((now - ratio.origin).nanoseconds())} *
         static_cast<std::uint64_t>(other.divisor.nanoseconds());
}

}  // namespace

bool comes_before(const RisingRatio& a, const RisingRatio& b, Instant now) {
  const bool a_is_bounded = a.divisor > Duration();
  const bool b_is_bounded = b.divisor > Duration();
  if (a_is_bounded != b_is_bounded) return b_is_bounded;
  if (!a_is_bounded) return std::tie(a.origin, a.order) < std::tie(b.origin, b.order);
  const Wide of_a = product(a, b, now);
  const Wide of_b = product(b, a, now);
  return of_a != of_b ? of_a > of_b : a.order < b.order;
}

// After x more nanoseconds the products are of_behind + x * ahead.divisor and of_ahead + x * behind.divisor.
Instant overtakes_at(const RisingRatio& behind, const RisingRatio& ahead, Instant now) {
  if (ahead.divisor <= behind.divisor) return Instant::max();
  const Wide gap = product(ahead, behind, now) - product(behind, ahead, now);
  const auto gain = static_cast<std::uint64_t>((ahead.divisor - behind.divisor).nanoseconds());
  const bool wins_equal = behind.order < ahead.order;
  // The division of what fits into a register, which is the rule, is several times faster.
  const bool is_narrow = gap >> 64U == 0;
  const Wide whole = is_narrow ? static_cast<std::uint64_t>(gap) / gain : gap / gain;
  const Wide wait = whole * gain == gap && wins_equal ? whole : whole + 1;
  constexpr Wide longest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return wait > longest ? Instant::max() : now + Duration(static_cast<std::int64_t>(wait));
}

}  // namespace signalbox
