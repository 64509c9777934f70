#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/experiment/ranking.hpp"

namespace signalbox {

// A row a policy and a column a metric, each cell the mean over the seeds, its 95 % margin where it has one, and its
// rank; in as many blocks as 100 columns of text ask for. Requires that the metrics have values.
std::string comparison_table(const std::vector<std::string>& policies, std::span<const MetricRanking> rankings);

// Breaks a sentence into lines of at most 100 columns, at spaces.
std::string wrapped(const std::string& sentence);

}  // namespace signalbox
