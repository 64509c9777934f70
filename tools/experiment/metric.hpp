#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tools/metrics/run_report.hpp"

namespace signalbox {

enum class Better : std::uint8_t { less, more };
enum class MetricUnit : std::uint8_t { nanoseconds, per_second, ratio, count };

// A number of a run by which policies are compared.
struct Metric {
  std::string_view name;     // as --metrics and JSON name it
  std::string_view heading;  // of a column
  Better better;
  MetricUnit unit;
  std::string_view meaning;
  // None where the run has no such number: nobody finished, no deadline was set.
  std::optional<double> (*value)(const RunReport& report);
};

// Every metric, task-level results first.
std::span<const Metric> all_metrics();
// Null if there is none of that name.
const Metric* find_metric(std::string_view name);

// "12.35 ms", "87.1 %", "1234", "12.5M": at most 9 columns, but for numbers beyond all bounds.
std::string metric_text(MetricUnit unit, double value);

}  // namespace signalbox
