#include "tools/experiment/byte_size.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace signalbox {
namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 7> units{
    {{"", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20}, {"G", 30}, {"GiB", 30}}};

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view word(rest, static_cast<std::size_t>(end - rest));
  for (const auto& [unit, shift] : units) {
    if (word != unit) continue;
    if (number > ~std::uint64_t{0} >> shift) return std::nullopt;
    return number << shift;
  }
  return std::nullopt;
}

std::string byte_size_text(std::uint64_t bytes) {
  if (bytes == 0) return "0";
  constexpr std::array<std::pair<std::string_view, unsigned>, 3> whole{{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}};
  for (const auto& [unit, shift] : whole) {
    if (bytes >> shift << shift == bytes) return fmt::format("{}{}", bytes >> shift, unit);
  }
  return fmt::format("{}", bytes);
}

}  // namespace signalbox
