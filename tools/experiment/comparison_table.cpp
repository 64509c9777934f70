#include "tools/experiment/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace signalbox {
namespace {

constexpr std::size_t most_columns = 100;
constexpr std::size_t most_name_columns = 36;  // a longer name has a line of its own

// A column of the table: a heading and a cell a policy, all of one width.
struct Column {
  std::string heading;
  std::vector<std::string> cells;
  std::size_t width = 0;
};

// "12.3 ms", with its margin where it has one: "12.3 ms +-4%".
std::string value_text(const Metric& metric, const Estimate& estimate) {
  std::string text = metric_text(metric.unit, estimate.mean);
  if (estimate.margin > 0 && estimate.mean != 0) {
    const double percent = 100 * estimate.margin / std::abs(estimate.mean);
    text += percent < 0.1  ? " ±<.1%"
            : percent < 10 ? fmt::format(" ±{:.1f}%", percent)
                           : fmt::format(" ±{:.0f}%", percent);
  }
  return text;
}

// Columns that a text takes on a terminal: "±" is two bytes and one column.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t shown = display_width(text);
  return (shown < width ? std::string(width - shown, ' ') : std::string()) + text;
}

Column column_of(const MetricRanking& ranking) {
  Column column{.heading = std::string(ranking.metric->heading) + "   ", .cells = {}};
  for (const Standing& standing : ranking.standings) {
    if (!standing.value) {
      column.cells.emplace_back("-   ");
      continue;
    }
    const char mark = standing.is_unsupported ? '~' : ' ';
    column.cells.push_back(fmt::format("{} {}{}", value_text(*ranking.metric, *standing.value), standing.rank, mark));
    if (standing.rank < 10) column.cells.back().insert(column.cells.back().size() - 2, " ");
  }
  column.width = display_width(column.heading);
  for (const std::string& cell : column.cells) column.width = std::max(column.width, display_width(cell));
  return column;
}

}  // namespace

std::string comparison_table(const std::vector<std::string>& policies, std::span<const MetricRanking> rankings) {
  std::vector<Column> columns;
  for (const MetricRanking& ranking : rankings) columns.push_back(column_of(ranking));
  std::size_t name_width = 6;
  for (const std::string& name : policies) {
    if (name.size() <= most_name_columns) name_width = std::max(name_width, name.size());
  }
  std::string text;
  for (std::size_t first = 0; first < columns.size();) {
    std::size_t last = first;
    std::size_t width = name_width;
    while (last < columns.size() && (last == first || width + 2 + columns[last].width <= most_columns)) {
      width += 2 + columns[last++].width;
    }
    text += fmt::format("{:<{}}", "policy", name_width);
    for (std::size_t i = first; i < last; ++i) text += "  " + padded_left(columns[i].heading, columns[i].width);
    text += '\n';
    for (std::size_t row = 0; row < policies.size(); ++row) {
      const bool is_long = policies[row].size() > most_name_columns;
      if (is_long) text += policies[row] + '\n';
      text += fmt::format("{:<{}}", is_long ? "" : policies[row], name_width);
      for (std::size_t i = first; i < last; ++i) text += "  " + padded_left(columns[i].cells[row], columns[i].width);
      text += '\n';
    }
    text += '\n';
    first = last;
  }
  return text;
}

std::string wrapped(const std::string& sentence) {
  std::string text;
  std::size_t column = 0;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t end = std::min(sentence.find(' ', at), sentence.size());
    const std::string word = sentence.substr(at, end - at);
    if (column > 0 && column + 1 + display_width(word) > most_columns) {
      text += "\n  ";
      column = 2;
    } else if (column > 0) {
      text += ' ';
      ++column;
    }
    text += word;
    column += display_width(word);
    at = end + 1;
  }
  return text + '\n';
}

}  // namespace signalbox
