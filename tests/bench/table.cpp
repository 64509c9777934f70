#include "tests/bench/table.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/bench/bars.hpp"

namespace signalbox {
namespace {

std::string bytes_text(double bytes) {
  constexpr double mib = 1U << 20U;
  if (bytes < mib) return fmt::format("{:.0f} B", bytes);
  return bytes < 1024 * mib ? fmt::format("{:.2f} MiB", bytes / mib) : fmt::format("{:.2f} GiB", bytes / (1024 * mib));
}

std::string text_of(double value, Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return fmt::format("{:.1f} ns", value);
    case Unit::bytes:
      return bytes_text(value);
    case Unit::seconds:
      return fmt::format("{:.1f} s", value);
  }
  return {};
}

std::string ratio_text(const TableRow& row) { return row.anchor ? fmt::format("{:.3f}", row.compared()) : "-"; }

std::string bar_text(const TableRow& row) {
  if (!row.bar) return "-";
  return row.anchor ? fmt::format("{:.3f}", *row.bar) : text_of(*row.bar, row.unit);
}

const char* verdict(const TableRow& row) { return !row.bar ? "stated" : row.is_met() ? "met" : "short"; }

const char* name_of(Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return "ns";
    case Unit::bytes:
      return "bytes";
    case Unit::seconds:
      return "s";
  }
  return "";
}

template <class T>
nlohmann::json json_of(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

}  // namespace

std::vector<TableRow> table_of(const Measured& measured) {
  std::vector<TableRow> table;
  for (const Bar& bar : bars()) {
    const auto value = measured.find(bar.measurement);
    const auto anchor = measured.find(bar.anchor);
    if (value == measured.end() || (!bar.anchor.empty() && anchor == measured.end())) continue;
    TableRow& row = table.emplace_back(bar.row, bar.unit, value->second, std::nullopt, bar.most);
    if (!bar.anchor.empty()) row.anchor = bar.anchor_factor * anchor->second;
  }
  return table;
}

void print(const std::vector<TableRow>& table) {
  fmt::print("{:<33}{:>12}{:>13}{:>9}{:>13}  {}\n", "name", "value", "anchor", "ratio", "bar", "");
  for (const TableRow& row : table) {
    const std::string anchor = row.anchor ? text_of(*row.anchor, row.unit) : "-";
    fmt::print("{:<33}{:>12}{:>13}{:>9}{:>13}  {}\n", row.name, text_of(row.value, row.unit), anchor, ratio_text(row),
               bar_text(row), verdict(row));
  }
}

bool write_json(const std::vector<TableRow>& table, const std::string& path) {
  nlohmann::json rows = nlohmann::json::array();
  for (const TableRow& row : table) {
    rows.push_back({{"name", row.name},
                    {"value", row.value},
                    {"unit", name_of(row.unit)},
                    {"anchor", json_of(row.anchor)},
                    {"ratio", row.anchor ? nlohmann::json(row.compared()) : nlohmann::json()},
                    {"bar", json_of(row.bar)},
                    {"verdict", verdict(row)}});
  }
  std::ofstream file;
  if (path != "-") file.open(path);
  std::ostream& out = path == "-" ? std::cout : file;
  out << nlohmann::json{{"rows", rows}}.dump(2) << '\n' << std::flush;
  return out.good();
}

}  // namespace signalbox
