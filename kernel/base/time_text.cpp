#include "kernel/base/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace signalbox {
namespace {

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array<Unit, 4> units{{{"s", 1_s}, {"ms", 1_ms}, {"us", 1_us}, {"ns", 1_ns}}};

// Reads a number of type Number at the beginning of the text and answers the unit behind it; null if one is missing.
template <class Number>
const Unit* read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return nullptr;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto* const unit = std::ranges::find(units, name, &Unit::name);
  return unit == units.end() ? nullptr : unit;
}

}  // namespace

std::optional<Duration> parse_time(std::string_view text) {
  std::int64_t whole = 0;
  if (const Unit* const unit = read(text, whole)) {
    std::int64_t nanoseconds = 0;
    if (whole < 0 || __builtin_mul_overflow(whole, unit->size.nanoseconds(), &nanoseconds)) return std::nullopt;
    return Duration(nanoseconds);
  }
  double decimal = 0;
  const Unit* const unit = read(text, decimal);
  if (unit == nullptr || !(decimal >= 0)) return std::nullopt;
  const double nanoseconds = decimal * static_cast<double>(unit->size.nanoseconds());
  constexpr double most = 9.2e18;
  if (nanoseconds > most) return std::nullopt;
  return Duration(std::llround(nanoseconds));
}

std::string time_text(Duration time) {
  const std::int64_t nanoseconds = time.nanoseconds();
  if (nanoseconds == 0) return "0ns";
  const auto* const unit = std::ranges::find_if(
      units, [&](const Unit& candidate) { return nanoseconds % candidate.size.nanoseconds() == 0; });
  return std::to_string(time / unit->size) + std::string(unit->name);
}

}  // namespace signalbox
