#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/experiment/ranking.hpp"

namespace signalbox {

// What stands behind a value: its rank, or whether it is the best.
enum class RowMark : std::uint8_t { rank, best };

// What the rows of a table are: policies, or values of an option.
struct TableRows {
  std::string heading;
  std::vector<std::string> names;
  RowMark mark = RowMark::rank;
};

// A row each and a column a metric, each cell the mean over the seeds, its 95 % margin where it has one, and its mark;
// in as many blocks as 100 columns of text ask for. `~` marks what the seeds do not tell apart from a better one (of
// its rank; with RowMark::best, of all). Requires that the metrics have values.
std::string comparison_table(const TableRows& rows, std::span<const MetricRanking> rankings);

// Whether a column of that ranking has a `~`.
bool has_tilde(RowMark mark, const MetricRanking& ranking);

}  // namespace signalbox
