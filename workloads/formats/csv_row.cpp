#include "workloads/formats/csv_row.hpp"

#include <algorithm>

namespace signalbox {
namespace {

bool is_blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\r'; }

}  // namespace

const std::vector<CsvField>& CsvRow::split(std::string_view line, unsigned line_number) {
  line_ = line;
  line_number_ = line_number;
  fields_.clear();
  unescaped_.clear();
  std::size_t offset = 0;
  for (;;) {
    skip_blanks(offset);
    const std::size_t begin = offset;
    const bool is_quoted = begin < line_.size() && line_[begin] == '"';
    fields_.push_back({is_quoted ? quoted_field(offset) : plain_field(offset), begin});
    if (offset == line_.size()) return fields_;
    ++offset;  // the comma
  }
}

SourcePlace CsvRow::place_at(std::size_t offset) const {
  const auto begins_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; };
  const auto before = std::ranges::count_if(line_.substr(0, offset), begins_character);
  return {file_, line_number_, static_cast<unsigned>(before) + 1};
}

std::string_view CsvRow::plain_field(std::size_t& offset) const {
  const std::size_t begin = offset;
  offset = std::min(line_.find(',', begin), line_.size());
  std::string_view text = line_.substr(begin, offset - begin);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view CsvRow::quoted_field(std::size_t& offset) {
  const std::size_t opening = offset;
  std::string* unescaped = nullptr;
  std::size_t begin = opening + 1;
  std::size_t quote = line_.find('"', begin);
  while (quote != std::string_view::npos && line_.substr(quote).starts_with("\"\"")) {
    if (unescaped == nullptr) unescaped = &unescaped_.emplace_back();
    unescaped->append(line_.substr(begin, quote + 1 - begin));
    begin = quote + 2;
    quote = line_.find('"', begin);
  }
  if (quote == std::string_view::npos) {
    throw InputError(place_at(opening), "this quoted field has no end", "'\"' on the same line");
  }
  const std::string_view rest = line_.substr(begin, quote - begin);
  offset = quote + 1;
  skip_blanks(offset);
  if (offset < line_.size() && line_[offset] != ',') {
    throw InputError(place_at(offset), "text behind a quoted field", "',' or the end of the line");
  }
  return unescaped == nullptr ? rest : std::string_view(unescaped->append(rest));
}

void CsvRow::skip_blanks(std::size_t& offset) const {
  while (offset < line_.size() && is_blank(line_[offset])) ++offset;
}

}  // namespace signalbox
