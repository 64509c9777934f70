#include "tools/metrics/text_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

constexpr std::size_t most_columns = 100;

// What goes on a line as one: up to a space, or, where that is more than `room`, up to the last comma that fits.
std::string_view next_piece(std::string_view rest, std::size_t room) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  if (display_width(word) <= room) return word;
  const std::size_t comma = word.substr(0, room).rfind(',');
  return comma == std::string_view::npos ? word : word.substr(0, comma + 1);
}

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

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !continues_code_point(byte); }));
}

std::string text_lines(std::string_view text, std::size_t indent) {
  std::string lines;
  std::size_t column = 0;
  std::string_view space;  // between the piece before and this one
  while (!text.empty()) {
    const std::string_view piece = next_piece(text, most_columns - indent);
    if (column > 0 && column + space.size() + display_width(piece) > most_columns) {
      lines += '\n' + std::string(indent, ' ');
      column = indent;
    } else {
      lines += space;
      column += space.size();
    }
    lines += piece;
    column += display_width(piece);
    text.remove_prefix(piece.size());
    space = text.substr(0, text.starts_with(' ') ? 1 : 0);
    text.remove_prefix(space.size());
  }
  return lines + '\n';
}

}  // namespace signalbox
