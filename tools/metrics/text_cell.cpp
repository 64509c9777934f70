#include "tools/metrics/text_cell.hpp"

#include <fmt/format.h>

#include <cmath>

namespace signalbox {

namespace {

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; }

}  // namespace

std::string duration_cell(Duration duration) {
  struct Unit {
    const char* name;
    double nanoseconds;
  };
  static constexpr Unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
  const auto value = static_cast<double>(duration.nanoseconds());
  for (const Unit& unit : units) {
    if (std::abs(value) < unit.nanoseconds) continue;
    const double in_unit = value / unit.nanoseconds;
    // From 1000 s on, four digits would drop whole seconds.
    if (std::abs(in_unit) >= 1'000) return fmt::format("{:.0f} {}", in_unit, unit.name);
    return fmt::format("{:.4g} {}", in_unit, unit.name);
  }
  return "0 ns";
}

std::string number_cell(double number) {
  const double size = std::abs(number);
  return size >= 1'000 && size < 1e12 ? fmt::format("{:.0f}", number) : fmt::format("{:.4g}", number);
}

std::string text_cell(std::string_view text, std::size_t width) {
  std::string cell;
  std::size_t columns = 0;
  std::size_t last_start = 0;
  for (const char byte : text) {
    if (!continues_code_point(byte)) {
      if (columns == width) {
        cell.resize(last_start);
        return cell + '~';
      }
      last_start = cell.size();
      ++columns;
    }
    cell += is_control(byte) ? '?' : byte;
  }
  return cell.append(width - columns, ' ');
}

}  // namespace signalbox
