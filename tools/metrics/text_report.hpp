#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/metrics/run_report.hpp"

namespace signalbox {

class RunMetrics;

// The run for people: lines of at most 100 columns, task-level results first. `end` says what ended it, if that is not
// the report's own: "interrupted".
std::string text_summary(const RunReport& report, std::string_view end = {});

// A row for each of the first `most` threads, and a line that says how many more there are.
std::string thread_table(const RunMetrics& metrics, std::size_t most);

}  // namespace signalbox
