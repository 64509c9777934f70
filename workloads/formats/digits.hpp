#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace signalbox {

// The whole of `text` as a number; none where it is not one, or one too large.
template <std::integral Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
  Number number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [parsed, error] = std::from_chars(begin, end, number, base);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return number;
}

// Takes the number that `text` begins with off it; none where there is none, or it is too large.
template <std::integral Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number = 0;
  const auto [parsed, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed - text.data()));
  return number;
}

}  // namespace signalbox
