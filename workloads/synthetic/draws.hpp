#pragma once

#include <cstdint>

#include "kernel/base/prng.hpp"
#include "kernel/base/time.hpp"

namespace signalbox {

// Random draws in integers alone. The logarithms and powers of C libraries differ in the last digit from one to the
// next, and a workload must be the same on every host.

// floor(value x fraction / 2^64).
std::uint64_t scaled(std::uint64_t value, std::uint64_t fraction);

// floor(2^63 x 2^(fraction / 2^64)), to within 2^-58 of the value.
std::uint64_t power_of_two(std::uint64_t fraction);

// An exponential variate of mean 1, exact but for fractions below 2^-64: `whole + fraction / 2^64`.
struct ExponentialDraw {
  std::uint64_t whole;
  std::uint64_t fraction;
};
// Compares uniform numbers and computes none (von Neumann, Various Techniques Used in Connection with Random Digits,
// 1951).
ExponentialDraw draw_exponential(Prng& random);

// Exponentially distributed around `mean`, rounded down to nanoseconds. Requires 0 <= mean <= 1 day.
Duration exponential_time(Prng& random, Duration mean);

// Bounded Pareto: P(X > x) falls as x^-(shape / 100) from `least`, and is cut off at `most`. Requires 0 < least,
// 2 x least <= most <= 1 day, shape >= 1.
Duration bounded_pareto_time(Prng& random, std::int64_t shape, Duration least, Duration most);

// Its logarithm is uniform between those of both ends. Requires 0 < least <= most <= 1 day.
Duration log_uniform_time(Prng& random, Duration least, Duration most);

// u^(1/count) for a uniform u, in 2^-64: the largest of `count` uniform numbers is distributed so. Requires count > 0.
std::uint64_t largest_of(Prng& random, std::size_t count);

}  // namespace signalbox
