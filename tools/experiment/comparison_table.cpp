#include "tools/experiment/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/metrics/text_cell.hpp"

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

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t shown = display_width(text);
  return (shown < width ? std::string(width - shown, ' ') : std::string()) + text;
}

// Of one value among all of the metric.
bool is_tied_with_best(const Standing& standing) { return standing.rank == 1 && standing.is_unsupported; }

std::string mark_text(RowMark mark, const MetricRanking& ranking, const Standing& standing) {
  if (mark == RowMark::rank) {
    return fmt::format("{:2}{}", standing.rank, standing.is_unsupported ? '~' : ' ');
  }
  const bool is_best = &standing == &ranking.standings[*ranking.best] && ranking.worst.has_value();
  if (is_tied_with_best(standing) && !is_best) return "~";
  return standing.rank == 1 && ranking.worst.has_value() ? "*" : " ";
}

Column column_of(RowMark mark, const MetricRanking& ranking) {
  const std::string nothing(mark == RowMark::rank ? 3 : 2, ' ');
  Column column{.heading = std::string(ranking.metric->heading) + nothing, .cells = {}};
  for (const Standing& standing : ranking.standings) {
    column.cells.push_back(standing.value ? fmt::format("{} {}", value_text(*ranking.metric, *standing.value),
                                                        mark_text(mark, ranking, standing))
                                          : "-" + nothing);
  }
  column.width = display_width(column.heading);
  for (const std::string& cell : column.cells) column.width = std::max(column.width, display_width(cell));
  return column;
}

std::string row_text(const std::string& name, std::size_t name_width, std::span<const std::string> cells,
                     std::span<const Column> columns) {
  std::string text = name.size() > most_name_columns ? text_lines(name) + std::string(name_width, ' ')
                                                     : fmt::format("{:<{}}", name, name_width);
  for (std::size_t i = 0; i < cells.size(); ++i) text += "  " + padded_left(cells[i], columns[i].width);
  return text + '\n';
}

// The first columns that fit beside the names; at least one.
std::span<const Column> block_of(std::span<const Column> columns, std::size_t name_width) {
  std::size_t count = 0;
  std::size_t width = name_width;
  while (count < columns.size() && (count == 0 || width + 2 + columns[count].width <= most_columns)) {
    width += 2 + columns[count++].width;
  }
  return columns.first(count);
}

}  // namespace

std::string comparison_table(const TableRows& rows, std::span<const MetricRanking> rankings) {
  std::vector<Column> columns;
  for (const MetricRanking& ranking : rankings) columns.push_back(column_of(rows.mark, ranking));
  std::size_t name_width = rows.heading.size();
  for (const std::string& name : rows.names) {
    if (name.size() <= most_name_columns) name_width = std::max(name_width, name.size());
  }
  std::string text;
  for (std::span<const Column> left = columns; !left.empty();) {
    const std::span<const Column> block = block_of(left, name_width);
    std::vector<std::string> cells(block.size());
    std::ranges::transform(block, cells.begin(), &Column::heading);
    text += row_text(rows.heading, name_width, cells, block);
    for (std::size_t row = 0; row < rows.names.size(); ++row) {
      std::ranges::transform(block, cells.begin(), [row](const Column& column) { return column.cells[row]; });
      text += row_text(rows.names[row], name_width, cells, block);
    }
    text += '\n';
    left = left.subspan(block.size());
  }
  return text;
}

bool has_tilde(RowMark mark, const MetricRanking& ranking) {
  return std::ranges::any_of(ranking.standings, [mark](const Standing& standing) {
    return mark == RowMark::rank ? standing.is_unsupported : is_tied_with_best(standing);
  });
}

}  // namespace signalbox
