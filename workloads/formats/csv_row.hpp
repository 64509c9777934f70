#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workloads/input_error.hpp"

namespace signalbox {

// A field of a row: its text without the blanks around it or the quotes, and the byte of its line where it begins.
struct CsvField {
  std::string_view text;
  std::size_t offset = 0;
};

// Splits one line at its commas (RFC 4180, but a field ends with its line). Fields in double quotes may hold commas,
// and "" for a quote. One splitter serves all lines of a file, so that an ordinary row costs no allocation.
class CsvRow {
 public:
  explicit CsvRow(std::string file) : file_(std::move(file)) {}

  // Throws InputError where a quoted field does not end well. The fields point into `line` and into this.
  const std::vector<CsvField>& split(std::string_view line, unsigned line_number);

  // Of the line split last. Columns count characters, not bytes.
  SourcePlace place_at(std::size_t offset) const;

 private:
  std::string_view quoted_field(std::size_t& offset);
  std::string_view plain_field(std::size_t& offset) const;
  void skip_blanks(std::size_t& offset) const;

  std::string file_;
  std::string_view line_;
  unsigned line_number_ = 0;
  std::vector<CsvField> fields_;
  std::deque<std::string> unescaped_;  // texts of fields that held ""; a deque does not move them
};

}  // namespace signalbox
