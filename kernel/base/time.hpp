#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace signalbox {

// A length of virtual time, in nanoseconds; may be negative.
class Duration {
 public:
  constexpr Duration() = default;
  constexpr explicit Duration(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}

  static constexpr Duration max() { return Duration(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t nanoseconds() const { return nanoseconds_; }
  constexpr double seconds() const { return static_cast<double>(nanoseconds_) * 1e-9; }

  constexpr Duration operator-() const { return Duration(-nanoseconds_); }
  constexpr Duration& operator+=(Duration other) {
    nanoseconds_ += other.nanoseconds_;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    nanoseconds_ -= other.nanoseconds_;
    return *this;
  }
  constexpr auto operator<=>(const Duration&) const = default;

 private:
  std::int64_t nanoseconds_ = 0;
};

constexpr Duration operator+(Duration a, Duration b) { return Duration(a.nanoseconds() + b.nanoseconds()); }
constexpr Duration operator-(Duration a, Duration b) { return Duration(a.nanoseconds() - b.nanoseconds()); }
constexpr Duration operator*(Duration a, std::int64_t n) { return Duration(a.nanoseconds() * n); }
constexpr Duration operator*(std::int64_t n, Duration a) { return a * n; }
constexpr Duration operator/(Duration a, std::int64_t n) { return Duration(a.nanoseconds() / n); }
constexpr std::int64_t operator/(Duration a, Duration b) { return a.nanoseconds() / b.nanoseconds(); }
constexpr Duration operator%(Duration a, Duration b) { return Duration(a.nanoseconds() % b.nanoseconds()); }

// A point of virtual time, in nanoseconds since the simulation began.
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}

  static constexpr Instant max() { return Instant(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t nanoseconds() const { return nanoseconds_; }
  constexpr Duration since_start() const { return Duration(nanoseconds_); }
  constexpr auto operator<=>(const Instant&) const = default;

 private:
  std::int64_t nanoseconds_ = 0;
};

// Saturates: Instant::max() means "never", and never plus anything is never.
constexpr Instant operator+(Instant at, Duration by) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(at.nanoseconds(), by.nanoseconds(), &sum) ? Instant::max() : Instant(sum);
}
constexpr Instant operator-(Instant at, Duration by) { return Instant(at.nanoseconds() - by.nanoseconds()); }
constexpr Duration operator-(Instant to, Instant from) { return Duration(to.nanoseconds() - from.nanoseconds()); }
constexpr Instant& operator+=(Instant& at, Duration by) { return at = at + by; }

inline namespace literals {
constexpr Duration operator""_ns(unsigned long long n) { return Duration(static_cast<std::int64_t>(n)); }
constexpr Duration operator""_us(unsigned long long n) { return Duration(static_cast<std::int64_t>(n) * 1'000); }
constexpr Duration operator""_ms(unsigned long long n) { return Duration(static_cast<std::int64_t>(n) * 1'000'000); }
constexpr Duration operator""_s(unsigned long long n) { return Duration(static_cast<std::int64_t>(n) * 1'000'000'000); }
}  // namespace literals

}  // namespace signalbox
