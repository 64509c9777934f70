#pragma once

#include <string_view>

#include "tools/metrics/run_report.hpp"

namespace signalbox {

// The report of which report_text made a text, number for number; its `cpus`, which stands in a run's head, is 0, and
// names that were no valid UTF-8 stay as JSON spelled them. Throws nlohmann::json::exception if it is no such text.
RunReport report_from_text(std::string_view text);

}  // namespace signalbox
