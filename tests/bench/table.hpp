#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/measurements.hpp"

namespace signalbox {

// How a value is printed.
enum class Unit : unsigned char { nanoseconds, bytes, seconds };

// One line of the table "Speed and size".
struct TableRow {
  std::string name;
  Unit unit;
  double value;
  std::optional<double> anchor;  // what the value is compared with; none: the bar is absolute
  std::optional<double> bar;     // most that value / anchor, or the value itself, may be; none: stated only

  double compared() const { return anchor ? value / *anchor : value; }
  bool is_met() const { return !bar || compared() <= *bar; }
};

// The rows whose measurements were run.
std::vector<TableRow> table_of(const Measured& measured);

void print(const std::vector<TableRow>& table);
// "-" is standard output. Answers false if the file cannot be written.
bool write_json(const std::vector<TableRow>& table, const std::string& path);

}  // namespace signalbox
